package dev.agentos.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where a command writes: results to one stream, what is wrong to the other. */
record Terminal(PrintStream out, PrintStream err) {
    /** {@return the terminal of this process} In UTF-8 whatever the locale: documents are, and so is what programs print. */
    static Terminal system() {
        return new Terminal(stream(FileDescriptor.out), stream(FileDescriptor.err));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
