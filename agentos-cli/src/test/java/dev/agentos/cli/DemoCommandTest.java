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

    @Test
    void demo_runsTheOtherExample_byItsName() {
        Invocation demo = Invocation.of("demo", "untrusted-code");
        Invocation json = Invocation.of("demo", "untrusted-code", "--json");

        assertThat(demo).isEqualTo(new Invocation(0, "harm, called with []\n", ""));
        assertThat(json.out()).isEqualTo("{\"demo\":\"untrusted-code\"}\n");
    }

    @Test
    void demo_namesWhatIsNoExample() {
        Invocation demo = Invocation.of("demo", "x");

        assertThat(demo.exit()).isEqualTo(2);
        assertThat(demo.err()).contains("there is no example 'x'").hasLineCount(1);
    }
}
