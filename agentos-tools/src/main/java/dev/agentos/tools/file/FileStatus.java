package dev.agentos.tools.file;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;

/** What {@code statx(2)} says about one inode. */
record FileStatus(Inode inode, int mode, long links, long size, Instant modified) {
    private static final long STRUCT_BYTES = 256;
    private static final long BASIC_STATS = 0x7ff;
    private static final int TYPE_MASK = 0xF000;

    /** Identity of a file whatever its name. */
    record Inode(long device, long number) {}

    /** What kind of thing an inode is. */
    enum Type {
        FILE,
        DIRECTORY,
        SYMBOLIC_LINK,
        OTHER
    }

    Type type() {
        return switch (mode & TYPE_MASK) {
            case 0x8000 -> Type.FILE;
            case 0x4000 -> Type.DIRECTORY;
            case 0xA000 -> Type.SYMBOLIC_LINK;
            default -> Type.OTHER;
        };
    }

    int permissions() {
        return mode & 0xFFF;
    }

    /**
     * Reads the status of {@code name} in the directory, or of the descriptor itself for the empty name. Links are not
     * followed. {@code shown} is the path for error texts.
     */
    static FileStatus of(Arena arena, int fd, String name, String shown) {
        MemorySegment buffer = arena.allocate(STRUCT_BYTES, 8);
        long result = Linux.call(
                arena,
                Linux.Call.STATX,
                fd,
                arena.allocateFrom(name).address(),
                Linux.AT_EMPTY_PATH | Linux.AT_SYMLINK_NOFOLLOW,
                BASIC_STATS,
                buffer.address());
        FileRefusedException.check(result, shown);
        return read(buffer);
    }

    private static FileStatus read(MemorySegment statx) {
        long device = (Integer.toUnsignedLong(statx.get(JAVA_INT, 136)) << 32)
                | Integer.toUnsignedLong(statx.get(JAVA_INT, 140));
        return new FileStatus(
                new Inode(device, statx.get(JAVA_LONG, 32)),
                Short.toUnsignedInt(statx.get(JAVA_SHORT, 28)),
                Integer.toUnsignedLong(statx.get(JAVA_INT, 16)),
                statx.get(JAVA_LONG, 40),
                Instant.ofEpochSecond(statx.get(JAVA_LONG, 112), statx.get(JAVA_INT, 120)));
    }
}
