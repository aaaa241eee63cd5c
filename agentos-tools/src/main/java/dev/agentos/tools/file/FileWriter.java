package dev.agentos.tools.file;

import dev.agentos.tools.file.FileRoot.Descriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes and deletes files beneath a root.
 *
 * <p>Content goes to a fresh file beside the target, which then takes the target's name in one step: readers see the
 * old file or the new one, a failure half way leaves the old one, and whatever stands under the name at that moment, a
 * link put there by a racing process included, is replaced and never written through.
 */
record FileWriter(FileRoot root) {
    private static final SecureRandom NAMES = new SecureRandom();
    private static final int CHUNK_BYTES = 1024 * 1024;
    private static final int NEW_FILE_MODE = 0666;
    private static final int NEW_DIRECTORY_MODE = 0777;
    private static final int RENAME_NOREPLACE = 1;

    /** What to do about a file that exists. */
    enum Mode {
        /** Fail. */
        CREATE,
        /** Put the new content in its place. */
        REPLACE,
        /** Add to its end; the only mode that changes a file in place. Creates the file if there is none. */
        APPEND
    }

    /** What was written: which file, and whether it is new. */
    record Receipt(FileStatus.Inode inode, boolean created) {}

    /** Writes {@code content}; with {@code parents} the missing directories below the root are made first. */
    Receipt write(FilePath file, byte[] content, Mode mode, boolean parents) {
        String shown = root.shown(file);
        List<String> below = file.below(root.path());
        if (below.isEmpty()) {
            throw FileRoot.refused(FileProblem.NOT_A_REGULAR_FILE, shown, "a directory, not a file");
        }
        List<String> directory = below.subList(0, below.size() - 1);
        if (parents) {
            makeDirectories(directory);
        }
        try (Descriptor parent = root.directory(directory, Linux.O_RDONLY)) {
            Optional<FileStatus> existing = existing(file, shown);
            if (existing.isPresent() && mode == Mode.CREATE) {
                throw FileRefusedException.of(Linux.EEXIST, shown);
            }
            if (existing.isPresent() && mode == Mode.APPEND) {
                return new Receipt(append(file, content, shown), false);
            }
            var inode = new Replacement(parent, below.getLast(), shown).write(content, existing.orElse(null), mode);
            return new Receipt(inode, existing.isEmpty());
        }
    }

    /** Deletes a regular file or an empty directory, nothing else. */
    void delete(FilePath file) {
        String shown = root.shown(file);
        List<String> below = file.below(root.path());
        if (below.isEmpty()) {
            throw FileRoot.refused(FileProblem.PERMISSION, shown, "the root itself cannot be deleted");
        }
        try (Descriptor parent = root.directory(below.subList(0, below.size() - 1), Linux.O_PATH);
                Arena arena = Arena.ofConfined()) {
            String name = below.getLast();
            FileStatus status = FileStatus.of(arena, parent.fd(), name, shown);
            boolean directory = status.type() == FileStatus.Type.DIRECTORY;
            if (!directory) {
                root.checkStatus(status, shown);
            }
            // Unlinking acts on the name in this directory and follows nothing, so losing a race here costs at worst
            // a link that another process put under the name just now.
            unlink(arena, parent, name, directory ? Linux.AT_REMOVEDIR : 0, shown);
        }
    }

    private void makeDirectories(List<String> directory) {
        for (int depth = 0; depth < directory.size(); depth++) {
            List<String> below = directory.subList(0, depth);
            String shown = String.join("/", directory.subList(0, depth + 1));
            try (Descriptor parent = root.directory(below, Linux.O_PATH);
                    Arena arena = Arena.ofConfined()) {
                long name = arena.allocateFrom(directory.get(depth)).address();
                long made = Linux.call(arena, Linux.Call.MKDIRAT, parent.fd(), name, NEW_DIRECTORY_MODE);
                if (made != -Linux.EEXIST) {
                    FileRefusedException.check(made, shown);
                }
            }
        }
    }

    private Optional<FileStatus> existing(FilePath file, String shown) {
        try (Descriptor handle = root.open(file.below(root.path()), Linux.O_PATH, 0)) {
            return Optional.of(root.checkFile(handle, shown));
        } catch (FileRefusedException e) {
            if (e.problem() == FileProblem.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private FileStatus.Inode append(FilePath file, byte[] content, String shown) {
        try (Descriptor opened = root.openFile(file, Linux.O_WRONLY | Linux.O_APPEND);
                Arena arena = Arena.ofConfined()) {
            writeAll(arena, opened, content, shown);
            sync(arena, opened, shown);
            return FileStatus.of(arena, opened.fd(), "", shown).inode();
        }
    }

    private void sync(Arena arena, Descriptor file, String shown) {
        if (root.rules().sync()) {
            FileRefusedException.check(Linux.call(arena, Linux.Call.FSYNC, file.fd()), shown);
        }
    }

    private static void writeAll(Arena arena, Descriptor file, byte[] content, String shown) {
        MemorySegment buffer = arena.allocate(Math.clamp(content.length, 1, CHUNK_BYTES));
        int done = 0;
        while (done < content.length) {
            if (Thread.currentThread().isInterrupted()) {
                throw FileRoot.refused(FileProblem.CANCELLED, shown, "interrupted while writing");
            }
            int length = Math.min(CHUNK_BYTES, content.length - done);
            MemorySegment.copy(content, done, buffer, ValueLayout.JAVA_BYTE, 0, length);
            done += (int) FileRefusedException.check(
                    Linux.call(arena, Linux.Call.WRITE, file.fd(), buffer.address(), length), shown);
        }
    }

    private static void unlink(Arena arena, Descriptor parent, String name, int flags, String shown) {
        long text = arena.allocateFrom(name).address();
        FileRefusedException.check(Linux.call(arena, Linux.Call.UNLINKAT, parent.fd(), text, flags), shown);
    }

    /** Fresh file that takes the name of its target. */
    private final class Replacement {
        private final Descriptor parent;
        private final String name;
        private final String shown;
        private final String temporary;

        Replacement(Descriptor parent, String name, String shown) {
            this.parent = parent;
            this.name = name;
            this.shown = shown;
            byte[] random = new byte[12];
            NAMES.nextBytes(random);
            this.temporary = ".agentos-" + HexFormat.of().formatHex(random) + ".tmp";
        }

        FileStatus.Inode write(byte[] content, @Nullable FileStatus existing, Mode mode) {
            try (Arena arena = Arena.ofConfined();
                    Descriptor file = create(arena)) {
                try {
                    if (existing != null) {
                        keepPermissions(arena, file, existing);
                    }
                    writeAll(arena, file, content, shown);
                    sync(arena, file, shown);
                    // APPEND comes here only when it creates, so it too must not replace what appeared meanwhile.
                    rename(arena, mode == Mode.REPLACE ? 0 : RENAME_NOREPLACE);
                } catch (RuntimeException | Error e) {
                    discard(arena, e);
                    throw e;
                }
                sync(arena, parent, shown);
                return FileStatus.of(arena, file.fd(), "", shown).inode();
            }
        }

        private Descriptor create(Arena arena) {
            int flags = Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL | Linux.O_NOFOLLOW | Linux.O_CLOEXEC;
            long text = arena.allocateFrom(temporary).address();
            return new Descriptor((int) FileRefusedException.check(
                    Linux.call(arena, Linux.Call.OPENAT, parent.fd(), text, flags, NEW_FILE_MODE), shown));
        }

        private void keepPermissions(Arena arena, Descriptor file, FileStatus old) {
            // Not the set-id bits: new content has not earned them.
            FileRefusedException.check(
                    Linux.call(arena, Linux.Call.FCHMOD, file.fd(), old.permissions() & 0777), shown);
        }

        private void rename(Arena arena, int flags) {
            FileRefusedException.check(
                    Linux.call(
                            arena,
                            Linux.Call.RENAMEAT2,
                            parent.fd(),
                            arena.allocateFrom(temporary).address(),
                            parent.fd(),
                            arena.allocateFrom(name).address(),
                            flags),
                    shown);
        }

        private void discard(Arena arena, Throwable cause) {
            try {
                unlink(arena, parent, temporary, 0, shown);
            } catch (FileRefusedException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
