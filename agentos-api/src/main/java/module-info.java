/** The public face of AgentOS: what a program writes against, and what extensions implement ({@code dev.agentos.api.spi}). */
@org.jspecify.annotations.NullMarked
module dev.agentos.api {
    requires static transitive org.jspecify;

    exports dev.agentos.api;
    exports dev.agentos.api.error;
    exports dev.agentos.api.event;
    exports dev.agentos.api.json;
    exports dev.agentos.api.memory;
    exports dev.agentos.api.message;
    exports dev.agentos.api.security;
    exports dev.agentos.api.spi;
    exports dev.agentos.api.token;
    exports dev.agentos.api.tool;

    uses dev.agentos.api.spi.JsonProvider;
    uses dev.agentos.api.spi.RuntimeProvider;
}
