package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
    @Test
    void demo_runsTheExample() {
        Invocation demo = Invocation.of("demo", "--out", "/x/y");

        assertThat(demo).isEqualTo(new Invocation(0, "called with [--out, /x/y]\n", ""));
    }

    @Test
    void demo_keepsStandardOutputForTheDocument_asJson() {
        Invocation demo = Invocation.of("demo", "--json");

        assertThat(demo.err()).isEqualTo("called with [--out, target/agentos-demo]\n");
        assertThat(demo.out())
                .isEqualTo("{\"demo\":\"trading-bot\",\"folder\":\""
                        + Path.of("target/agentos-demo").toAbsolutePath() + "\"}\n");
    }

    @Test
    void demo_fails_whenTheExampleFails() {
        Invocation demo = Invocation.of("demo", "--out", "full");

        assertThat(demo.exit()).isEqualTo(1);
        assertThat(demo.err()).isEqualTo("agent-os: the demo failed: java.io.IOException: disk full\n");
    }
}
