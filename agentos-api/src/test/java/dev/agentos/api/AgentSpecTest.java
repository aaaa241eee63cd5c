package dev.agentos.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.message.Overflow;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AgentSpecTest {
    private static final Agent NOTHING = ctx -> {};

    @Test
    void build_givesDefaults_whenNothingElseIsSaid() {
        var spec = AgentSpec.builder("a").run(NOTHING).build();

        assertThat(spec.name()).isEqualTo("a");
        assertThat(spec.body()).isEqualTo(new AgentBody.Run(NOTHING));
        assertThat(spec.grants()).isEmpty();
        assertThat(spec.limits()).isNull();
        assertThat(spec.mailboxCapacity()).isEqualTo(1_024);
        assertThat(spec.overflow()).isEqualTo(Overflow.BLOCK);
        assertThat(spec.sendTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(spec.restart().decide().apply(new Exception())).isEqualTo(Restart.OnFailure.STOP);
        assertThat(spec.threading()).isEqualTo(AgentSpec.Threading.DEFAULT);
    }

    @Test
    void build_givesIndependentSpecs_whenCalledAgain() {
        var builder = AgentSpec.builder("a").run(NOTHING).param("x", 1);
        var first = builder.build();

        var second =
                builder.param("x", 2).label("team", "fx").grant("tool:x call").build();

        assertThat(first.params()).containsEntry("x", 1);
        assertThat(first.labels()).isEmpty();
        assertThat(first.grants()).isEmpty();
        assertThat(second.params()).containsEntry("x", 2);
    }

    @Test
    void named_changesTheNameOnly() {
        var spec = AgentSpec.builder("a").run(NOTHING).label("team", "fx").build();

        var other = spec.named("b");

        assertThat(other.name()).isEqualTo("b");
        assertThat(other.labels()).isEqualTo(spec.labels());
        assertThat(other.body()).isSameAs(spec.body());
        assertThat(spec.name()).isEqualTo("a");
    }

    @Test
    void toBuilder_startsFromTheSpec() {
        var spec = AgentSpec.builder("a")
                .run(NOTHING)
                .mailbox(3, Overflow.FAIL)
                .cpuBound()
                .build();

        var other = spec.toBuilder().label("x", "y").build();

        assertThat(other.mailboxCapacity()).isEqualTo(3);
        assertThat(other.threading()).isEqualTo(AgentSpec.Threading.CPU_BOUND);
        assertThat(spec.labels()).isEmpty();
    }

    @Test
    void build_refuses_whatCannotRun() {
        assertThatThrownBy(() -> AgentSpec.builder("a").build()).hasMessageContaining("say what runs");
        assertThatThrownBy(() -> AgentSpec.builder("a/b").run(NOTHING).build()).hasMessageContaining("'a/b'");
        assertThatThrownBy(() -> AgentSpec.builder("@host").run(NOTHING).build())
                .hasMessageContaining("@host");
        assertThatThrownBy(() -> AgentSpec.builder("a").mailbox(0, Overflow.FAIL))
                .hasMessageContaining("0");
        assertThatThrownBy(() -> AgentSpec.builder("a").sendTimeout(Duration.ZERO))
                .hasMessageContaining("PT0S");
    }

    @Test
    void build_refuses_twoChildrenOfOneName() {
        var child = AgentSpec.builder("c").run(NOTHING).build();

        assertThatThrownBy(() -> AgentSpec.builder("a")
                        .run(NOTHING)
                        .child(child)
                        .child(child)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("share a name");
    }

    @Test
    void grant_readsTheTextAtOnce() {
        assertThatThrownBy(() -> AgentSpec.builder("a").grant("tool:x"))
                .isInstanceOf(InvalidCapabilityException.class)
                .hasMessageContaining("'tool:x'");
    }
}
