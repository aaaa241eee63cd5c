package dev.agentos.examples.trading;

import java.io.IOException;
import java.util.List;

/** Stands for the example, which lies beside the command line and not below it. */
public final class TradingDemo {
    private TradingDemo() {}

    /** Says how it was called, and fails if the folder tells it to. */
    public static void main(String... args) throws IOException {
        System.out.println("called with " + List.of(args));
        if (args[1].endsWith("full")) {
            throw new IOException("disk full");
        }
    }
}
