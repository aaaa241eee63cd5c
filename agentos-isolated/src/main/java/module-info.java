/** Agents in processes of their own: what runs them here, and what they run in. Found by ServiceLoader. */
@org.jspecify.annotations.NullMarked
module dev.agentos.isolated {
    requires static org.jspecify;
    requires dev.agentos.api;

    // Whoever maps records to JSON makes and reads ours: what a checkpoint keeps, what an event says.
    opens dev.agentos.isolated;

    provides dev.agentos.api.spi.IsolationProvider with
            dev.agentos.isolated.ProcessIsolationProvider;
}
