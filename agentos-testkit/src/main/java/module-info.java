/** What tests of agents need: a runtime per test, a clock that stands still, probes, scripts, a recorder, contracts. */
@org.jspecify.annotations.NullMarked
module dev.agentos.testkit {
    requires static org.jspecify;
    requires transitive dev.agentos.api;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;

    exports dev.agentos.testkit;
    exports dev.agentos.testkit.contract;
}
