package dev.agentos.tools.file;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Reads regular files beneath a root, never more than asked for, however large the file is or becomes. */
record FileReader(FileRoot root) {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int SEEK_SET = 0;

    /**
     * What was read.
     *
     * @param bytes the content, at most as many as allowed
     * @param size size of the file when it was opened
     * @param truncated whether the file holds more after the last byte
     * @param inode which file it was
     */
    @SuppressWarnings("ArrayRecordComponent") // handed to one caller and never compared; a copy per read buys nothing
    record Content(byte[] bytes, long size, boolean truncated, FileStatus.Inode inode) {}

    /** Reads at most {@code maxBytes} from {@code offset} on. */
    Content read(FilePath file, long offset, int maxBytes) {
        String shown = root.shown(file);
        try (FileRoot.Descriptor opened = root.openFile(file, Linux.O_RDONLY);
                Arena arena = Arena.ofConfined()) {
            FileStatus status = FileStatus.of(arena, opened.fd(), "", shown);
            if (offset > 0) {
                FileRefusedException.check(Linux.call(arena, Linux.Call.LSEEK, opened.fd(), offset, SEEK_SET), shown);
            }
            // One byte more than allowed is asked for: the size may lie (a growing file), the extra byte does not.
            byte[] bytes = readUpTo(arena, opened.fd(), maxBytes + 1L, shown);
            boolean truncated = bytes.length > maxBytes;
            return new Content(
                    truncated ? Arrays.copyOf(bytes, maxBytes) : bytes, status.size(), truncated, status.inode());
        }
    }

    private static byte[] readUpTo(Arena arena, int fd, long limit, String shown) {
        var out = new ByteArrayOutputStream();
        MemorySegment buffer = arena.allocate(CHUNK_BYTES);
        while (out.size() < limit) {
            if (Thread.currentThread().isInterrupted()) {
                throw FileRoot.refused(FileProblem.CANCELLED, shown, "interrupted while reading");
            }
            long wanted = Math.min(CHUNK_BYTES, limit - out.size());
            int got = (int)
                    FileRefusedException.check(Linux.call(arena, Linux.Call.READ, fd, buffer.address(), wanted), shown);
            if (got == 0) {
                break;
            }
            byte[] chunk = buffer.asSlice(0, got).toArray(ValueLayout.JAVA_BYTE);
            out.write(chunk, 0, got);
        }
        return out.toByteArray();
    }
}
