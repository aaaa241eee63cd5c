/** The kernel of AgentOS: lifecycle, scheduling, mailboxes, the gate, supervision, storage on the heap. Found by ServiceLoader. */
@org.jspecify.annotations.NullMarked
module dev.agentos.runtime {
    requires static org.jspecify;
    requires transitive dev.agentos.api;
    requires org.slf4j;

    uses dev.agentos.api.spi.AuthorityProvider;
    uses dev.agentos.api.spi.EmbedderProvider;
    uses dev.agentos.api.spi.IsolationProvider;
    uses dev.agentos.api.spi.JsonProvider;
    uses dev.agentos.api.spi.PolicyFileProvider;
    uses dev.agentos.api.spi.PolicyProvider;
    uses dev.agentos.api.spi.SandboxProvider;
    uses dev.agentos.api.spi.SigningKeyProvider;
    uses dev.agentos.api.spi.SpecFileProvider;
    uses dev.agentos.api.spi.StorageProvider;
    uses dev.agentos.api.spi.TokenFormatProvider;
    uses dev.agentos.api.spi.ToolScannerProvider;
    uses dev.agentos.api.spi.ToolSetProvider;

    provides dev.agentos.api.spi.RuntimeProvider with
            dev.agentos.runtime.LocalRuntimeProvider;
    provides dev.agentos.api.spi.StorageProvider with
            dev.agentos.runtime.store.HeapStorageProvider;
}
