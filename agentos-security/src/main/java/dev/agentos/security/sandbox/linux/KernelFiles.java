package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/*
 * By system calls, not by streams or channels: the JDK enters each of these into one list, under a lock that everybody
 * takes who opens a file. Ten thousand virtual threads that read files stand in line for it, and a supervisor behind all of
 * them: it looked at its limits every other minute, and processes that had ended were not noticed.
 */
/** Small files of the kernel: control groups, processes. */
final class KernelFiles {
    private static final int AT_FDCWD = -100;
    private static final int O_RDONLY = 0;
    private static final int O_WRONLY = 1;
    private static final int O_CLOEXEC = 0x8_0000;
    private static final int BUFFER = 4_096;

    private KernelFiles() {}

    /** {@return what is in it, without white space at both ends} */
    static String read(Path file) throws IOException {
        try (var arena = Arena.ofConfined()) {
            Native os = open(arena);
            long fd = opened(os, file, O_RDONLY);
            try {
                return contents(os, fd, file).strip();
            } finally {
                os.closeDescriptor(fd);
            }
        }
    }

    private static String contents(Native os, long fd, Path file) throws IOException {
        MemorySegment buffer = os.memory(BUFFER);
        var all = new ByteArrayOutputStream();
        while (true) {
            long length = check(os.call(SystemCall.READ, fd, buffer.address(), BUFFER), file);
            if (length == 0) {
                return all.toString(StandardCharsets.UTF_8);
            }
            all.write(buffer.asSlice(0, length).toArray(JAVA_BYTE), 0, (int) length);
        }
    }

    /** Writes to a file that is there, at once. */
    static void write(Path file, String text) throws IOException {
        try (var arena = Arena.ofConfined()) {
            Native os = open(arena);
            long fd = opened(os, file, O_WRONLY);
            try {
                write(os, fd, file, text);
            } finally {
                os.closeDescriptor(fd);
            }
        }
    }

    /** {@return a descriptor of a file that is there, to be written to and closed by {@link #writeAndClose}} */
    static long openToWrite(Path file) throws IOException {
        try (var arena = Arena.ofConfined()) {
            return opened(open(arena), file, O_WRONLY);
        }
    }

    static void writeAndClose(long fd, Path file, String text) throws IOException {
        try (var arena = Arena.ofConfined()) {
            Native os = open(arena);
            try {
                write(os, fd, file, text);
            } finally {
                os.closeDescriptor(fd);
            }
        }
    }

    static void close(long fd) {
        try (var arena = Arena.ofConfined()) {
            open(arena).closeDescriptor(fd);
        } catch (IOException e) {
            // Nobody could open it, then.
        }
    }

    private static void write(Native os, long fd, Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment memory = os.memory(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        check(os.call(SystemCall.WRITE, fd, memory.address(), bytes.length), file);
    }

    private static Native open(Arena arena) throws IOException {
        Architecture architecture = Architecture.current()
                .orElseThrow(() -> new IOException("no system calls on " + System.getProperty("os.arch")));
        return new Native(architecture, arena);
    }

    private static long opened(Native os, Path file, int flags) throws IOException {
        return check(os.call(SystemCall.OPENAT, AT_FDCWD, os.text(file.toString()), flags | O_CLOEXEC, 0), file);
    }

    private static long check(long result, Path file) throws IOException {
        if (result < 0) {
            throw new IOException(file + ": errno " + -result);
        }
        return result;
    }
}
