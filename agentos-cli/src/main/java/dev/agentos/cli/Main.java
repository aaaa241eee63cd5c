package dev.agentos.cli;

/** {@code agent-os}. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        int exit = run(args, Terminal.system());
        System.out.flush();
        System.exit(exit);
    }

    /** Runs one command and returns its exit code. */
    static int run(String[] args, Terminal terminal) {
        return Root.commandLine(args, terminal).execute(args);
    }
}
