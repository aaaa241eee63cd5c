/** JSON and YAML behind the API: parsing, canonical form, records, schemas, and the files that define agents. */
@org.jspecify.annotations.NullMarked
module dev.agentos.json {
    requires static org.jspecify;
    requires dev.agentos.api;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires org.snakeyaml.engine;
    requires com.networknt.schema;

    provides dev.agentos.api.spi.JsonProvider with
            dev.agentos.json.JacksonJsonProvider;
    provides dev.agentos.api.spi.PolicyFileProvider with
            dev.agentos.json.spec.YamlPolicyFileProvider;
    provides dev.agentos.api.spi.SpecFileProvider with
            dev.agentos.json.spec.YamlSpecFileProvider;
}
