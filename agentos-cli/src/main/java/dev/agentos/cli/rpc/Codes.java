package dev.agentos.cli.rpc;

/** Codes of failures that are no {@code ErrorCode} of the runtime. Stable: scripts compare them. */
public final class Codes {
    /** The words of the command line are not understood. */
    public static final String USAGE = "USAGE";
    /** Nobody listens at the socket. */
    public static final String NO_DAEMON = "NO_DAEMON";
    /** A daemon has the data folder, or the socket. */
    public static final String DAEMON_RUNNING = "DAEMON_RUNNING";
    /** The daemon could not be started. */
    public static final String START_FAILED = "START_FAILED";
    /** The connection broke, or the other side does not speak the protocol. */
    public static final String CONNECTION = "CONNECTION";
    /** The daemon serves its own user and root only, and a bounded number of connections and calls. */
    public static final String REFUSED = "REFUSED";
    /** No agent has that id. */
    public static final String AGENT_UNKNOWN = "AGENT_UNKNOWN";
    /** Several agents have an id that begins like this. */
    public static final String AGENT_AMBIGUOUS = "AGENT_AMBIGUOUS";
    /** The agent has ended, and what was asked needs a living one. */
    public static final String AGENT_ENDED = "AGENT_ENDED";
    /** The agent was terminated. */
    public static final String AGENT_TERMINATED = "AGENT_TERMINATED";
    /** The memory has nothing under that key or id. */
    public static final String NOT_REMEMBERED = "NOT_REMEMBERED";
    /** Text that is no JSON. */
    public static final String PARSE_ERROR = "PARSE_ERROR";
    /** JSON that is no request. */
    public static final String INVALID_REQUEST = "INVALID_REQUEST";
    /** The daemon has no such method. */
    public static final String METHOD_UNKNOWN = "METHOD_UNKNOWN";
    /** The method does not take these parameters. */
    public static final String PARAMS_INVALID = "PARAMS_INVALID";
    /** A defect of the daemon; its log has the details. */
    public static final String INTERNAL = "INTERNAL";

    private Codes() {}
}
