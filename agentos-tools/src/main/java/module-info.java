/** The built-in tools: files, HTTP, programs, and tools made of annotated methods. Needs native access for the files. */
@org.jspecify.annotations.NullMarked
module dev.agentos.tools {
    requires static org.jspecify;
    requires dev.agentos.api;
    requires org.apache.httpcomponents.client5.httpclient5;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires org.slf4j;

    provides dev.agentos.api.spi.EgressProvider with
            dev.agentos.tools.egress.ProxyEgressProvider;
    provides dev.agentos.api.spi.ToolSetProvider with
            dev.agentos.tools.StandardToolSetProvider;
    provides dev.agentos.api.spi.ToolScannerProvider with
            dev.agentos.tools.AnnotatedToolScannerProvider;
}
