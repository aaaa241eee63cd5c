package dev.agentos.examples.untrusted;

import java.util.List;

/** Stands for the example, which lies beside the command line and not below it. */
public final class UntrustedCode {
    private UntrustedCode() {}

    /** Says how it was called. */
    public static void main(String... args) {
        System.out.println("harm, called with " + List.of(args));
    }
}
