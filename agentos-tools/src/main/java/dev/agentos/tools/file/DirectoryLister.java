package dev.agentos.tools.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.agentos.tools.file.FileRoot.Descriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Lists directories beneath a root: names only, sorted, never more than asked for. */
record DirectoryLister(FileRoot root) {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int NAME_OFFSET = 19;
    private static final int LENGTH_OFFSET = 16;

    /** A directory may grow while it is read; this many names end the listing in any case. */
    private static final int MAX_SCANNED = 1_000_000;

    /** One name in a directory; {@code size} is in bytes and only meaningful for files. */
    record Entry(String name, FileStatus.Type type, long size) {}

    /**
     * What a directory holds.
     *
     * @param entries the first names in code unit order
     * @param total how many names there are, {@code .} and {@code ..} not counted
     * @param unaddressable how many of them cannot be written in a path (control characters, not UTF-8); never shown
     */
    record Listing(List<Entry> entries, int total, int unaddressable) {
        Listing {
            entries = List.copyOf(entries);
        }

        boolean truncated() {
            return entries.size() + unaddressable < total;
        }
    }

    Listing list(FilePath directory, int maxEntries) {
        String shown = root.shown(directory);
        try (Descriptor opened = root.directory(directory.below(root.path()), Linux.O_RDONLY | Linux.O_NONBLOCK);
                Arena arena = Arena.ofConfined()) {
            var names = new Names(maxEntries);
            MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
            int filled = fill(arena, opened, buffer, shown);
            while (filled > 0 && names.total < MAX_SCANNED) {
                collect(buffer.asSlice(0, filled), names);
                filled = fill(arena, opened, buffer, shown);
            }
            return new Listing(entries(opened, names.sorted()), names.total, names.unaddressable);
        }
    }

    private static int fill(Arena arena, Descriptor directory, MemorySegment buffer, String shown) {
        return (int) FileRefusedException.check(
                Linux.call(arena, Linux.Call.GETDENTS64, directory.fd(), buffer.address(), BUFFER_BYTES), shown);
    }

    private static void collect(MemorySegment records, Names names) {
        long at = 0;
        while (at < records.byteSize()) {
            int length = Short.toUnsignedInt(records.get(JAVA_SHORT_UNALIGNED, at + LENGTH_OFFSET));
            names.add(records.asSlice(at + NAME_OFFSET, length - NAME_OFFSET));
            at += length;
        }
    }

    private static List<Entry> entries(Descriptor directory, List<String> names) {
        var entries = new ArrayList<Entry>(names.size());
        for (String name : names) {
            status(directory, name).ifPresent(status -> entries.add(new Entry(name, status.type(), status.size())));
        }
        return entries;
    }

    /** Empty for a name that vanished since it was read. */
    private static Optional<FileStatus> status(Descriptor directory, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return Optional.of(FileStatus.of(arena, directory.fd(), name, name));
        } catch (FileRefusedException e) {
            if (e.problem() == FileProblem.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Keeps the smallest names in bounded memory, so that the same directory always gives the same listing. */
    private static final class Names {
        private final PriorityQueue<String> smallest = new PriorityQueue<>(Comparator.reverseOrder());
        private final int max;
        private int total;
        private int unaddressable;

        Names(int max) {
            this.max = max;
        }

        void add(MemorySegment nulTerminated) {
            byte[] bytes = nulTerminated.toArray(JAVA_BYTE);
            int length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            add(ByteBuffer.wrap(bytes, 0, length));
        }

        private void add(ByteBuffer bytes) {
            String name;
            try {
                name = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            } catch (CharacterCodingException e) {
                total++;
                unaddressable++;
                return;
            }
            if (name.equals(".") || name.equals("..")) {
                return;
            }
            total++;
            if (!FilePath.isAddressable(name)) {
                unaddressable++;
                return;
            }
            smallest.add(name);
            if (smallest.size() > max) {
                smallest.poll();
            }
        }

        List<String> sorted() {
            return smallest.stream().sorted().toList();
        }
    }
}
