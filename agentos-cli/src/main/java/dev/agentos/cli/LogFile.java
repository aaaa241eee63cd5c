package dev.agentos.cli;

/** Where this program's own log goes. Said before the first logger is made, so that nothing of it gets onto standard output. */
final class LogFile {
    private static final String CONFIGURATION = "logback.configurationFile";

    private LogFile() {}

    /** Under a name of its own: other parts on the class path may bring a logback.xml. */
    static void configure(String resource) {
        if (System.getProperty(CONFIGURATION) == null) {
            System.setProperty(CONFIGURATION, "dev/agentos/cli/" + resource);
        }
    }

    /** For a command that is no daemon: warnings alone. */
    static void quiet() {
        if (System.getProperty("agentos.logLevel") == null) {
            System.setProperty("agentos.logLevel", "WARN");
        }
        configure("logback-terminal.xml");
    }
}
