package dev.agentos.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.agentos.api.message.Overflow;
import dev.agentos.api.security.Capability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the builder takes is what the spec says, through copies, renames and second thoughts. */
class AgentSpecBuilderTest {
    private static final Agent NOTHING = ctx -> {};
    private static final Limits LIMITS = Limits.builder().turns(3).build();
    private static final Restart RESTART = Restart.upTo(2, Duration.ofMinutes(1));
    private static final AgentSpec CHILD =
            AgentSpec.builder("child").run(NOTHING).build();
    private static final Capability SEND = Capability.parse("agent:desk/* send");

    /** One option each: how it is set, how it is read, what comes out, and what comes out unless it is set. */
    static Stream<Arguments> options() {
        return Stream.of(
                option("params", b -> b.param("size", 7), AgentSpec::params, Map.of("size", 7), Map.of()),
                option("labels", b -> b.label("desk", "fx"), AgentSpec::labels, Map.of("desk", "fx"), Map.of()),
                option("grant", b -> b.grant(SEND), AgentSpec::grants, List.of(SEND), List.of()),
                option("grant text", b -> b.grant("agent:desk/* send"), AgentSpec::grants, List.of(SEND), List.of()),
                option(
                        "accepts",
                        b -> b.accepts(String.class, Long.class),
                        AgentSpec::accepts,
                        List.of(String.class, Long.class),
                        List.of()),
                option("child", b -> b.child(CHILD), AgentSpec::children, List.of(CHILD), List.of()),
                option(
                        "processLimits",
                        b -> b.processLimits(new ProcessLimits(8L << 20, Duration.ofSeconds(1))),
                        AgentSpec::processLimits,
                        new ProcessLimits(8L << 20, Duration.ofSeconds(1)),
                        ProcessLimits.DEFAULT),
                option("limits", b -> b.limits(LIMITS), AgentSpec::limits, LIMITS, null),
                option(
                        "supervision",
                        b -> b.supervision(Supervision.REST_FOR_ONE),
                        AgentSpec::supervision,
                        Supervision.REST_FOR_ONE,
                        Supervision.ONE_FOR_ONE),
                option("capacity", b -> b.mailbox(7, Overflow.FAIL), AgentSpec::mailboxCapacity, 7, 1_024),
                option(
                        "overflow",
                        b -> b.mailbox(7, Overflow.FAIL),
                        AgentSpec::overflow,
                        Overflow.FAIL,
                        Overflow.BLOCK),
                option(
                        "sendTimeout",
                        b -> b.sendTimeout(Duration.ofMillis(1)),
                        AgentSpec::sendTimeout,
                        Duration.ofMillis(1),
                        Duration.ofSeconds(5)),
                option(
                        "ownThread",
                        AgentSpec.Builder::ownThread,
                        AgentSpec::threading,
                        AgentSpec.Threading.OWN_THREAD,
                        AgentSpec.Threading.DEFAULT),
                option(
                        "cpuBound",
                        AgentSpec.Builder::cpuBound,
                        AgentSpec::threading,
                        AgentSpec.Threading.CPU_BOUND,
                        AgentSpec.Threading.DEFAULT));
    }

    private static Arguments option(
            String name,
            Consumer<AgentSpec.Builder> set,
            Function<AgentSpec, ?> read,
            Object expected,
            Object unlessSet) {
        return arguments(name, set, read, expected, unlessSet);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("options")
    void option_isWhatWasSet_inEveryCopy(
            String name,
            Consumer<AgentSpec.Builder> set,
            Function<AgentSpec, ?> read,
            Object expected,
            Object unlessSet) {
        var plain = AgentSpec.builder("a").run(NOTHING).build();
        var builder = plain.toBuilder();

        set.accept(builder);
        AgentSpec spec = builder.build();

        assertThat((Object) read.apply(spec)).as(name).isEqualTo(expected);
        assertThat((Object) read.apply(spec.named("b"))).as("renamed").isEqualTo(expected);
        assertThat((Object) read.apply(spec.toBuilder().build()))
                .as("built again")
                .isEqualTo(expected);
        assertThat((Object) read.apply(plain)).as("unless set").isEqualTo(unlessSet);
    }

    @Test
    void restart_isNever_unlessSet() {
        var failure = new IllegalStateException("x");
        var plain = AgentSpec.builder("a").run(NOTHING).build();

        assertThat(plain.restart().decide().apply(failure)).isEqualTo(Restart.OnFailure.STOP);
        assertThat(plain.toBuilder().restart(RESTART).build().restart()).isSameAs(RESTART);
    }

    @Test
    void body_isTheLastOneGiven() {
        ReactiveAgent handler = (message, ctx) -> {};
        var builder = AgentSpec.builder("a").run(NOTHING);

        assertThat(builder.build().body()).isEqualTo(new AgentBody.Run(NOTHING));
        assertThat(builder.onMessage(handler).build().body()).isEqualTo(new AgentBody.OnMessage(handler));
        assertThat(builder.reactive(() -> handler).build().body()).isInstanceOf(AgentBody.Reactive.class);
    }

    @Test
    void code_isIsolated_inEveryCopy() {
        var spec = AgentSpec.builder("a")
                .code(Path.of("agents/guest.jar"), "com.acme.Guest$Inner")
                .isolation(Isolation.PROCESS)
                .build();

        assertThat(List.of(spec, spec.named("b"), spec.toBuilder().build())).allSatisfy(each -> {
            assertThat(each.isolation()).isEqualTo(Isolation.PROCESS);
            assertThat(each.body())
                    .isEqualTo(
                            new AgentBody.Code(Path.of("agents/guest.jar").toAbsolutePath(), "com.acme.Guest$Inner"));
        });
    }

    @Test
    void build_refusesCode_thatIsNotIsolated() {
        var builder = AgentSpec.builder("a").code(Path.of("guest.jar"), "Guest");

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("agent 'a': code from a jar runs in a process of its own: isolation(Isolation.PROCESS)");
    }

    @Test
    void build_refusesToIsolate_whatLivesInThisJvm() {
        ReactiveAgent handler = (message, ctx) -> {};
        List<AgentBody> bodies = List.of(
                new AgentBody.Run(NOTHING), new AgentBody.OnMessage(handler), new AgentBody.Reactive(() -> handler));

        for (AgentBody body : bodies) {
            var builder = AgentSpec.builder("a").body(body).isolation(Isolation.PROCESS);

            assertThatThrownBy(builder::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot be isolated");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/B", "-cp", "x;y"})
    void code_isNamedAsAClass(String name) {
        var builder = AgentSpec.builder("a");

        assertThatThrownBy(() -> builder.code(Path.of("guest.jar"), name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no name of a class");
    }

    @Test
    void processLimits_haveALeast() {
        assertThatThrownBy(() -> new ProcessLimits((8L << 20) - 1, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ProcessLimits((8L << 20) + 1, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ProcessLimits(8L << 20, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void collections_areUnmodifiable_andInTheOrderGiven() {
        var spec = AgentSpec.builder("a")
                .run(NOTHING)
                .param("z", 1)
                .param("a", 2)
                .label("z", "1")
                .label("a", "2")
                .grant("topic:b subscribe")
                .grant("topic:a subscribe")
                .build();

        assertThat(spec.params().keySet()).containsExactly("z", "a");
        assertThat(spec.labels().keySet()).containsExactly("z", "a");
        assertThat(spec.grants())
                .extracting(Capability::toString)
                .containsExactly("topic:b subscribe", "topic:a subscribe");
        assertThatThrownBy(() -> spec.params().put("x", 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> spec.labels().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(spec.grants()).isUnmodifiable();
        assertThat(spec.accepts()).isUnmodifiable();
        assertThat(spec.children()).isUnmodifiable();
    }

    @Test
    void param_givenTwice_isTheLast() {
        var spec = AgentSpec.builder("a")
                .run(NOTHING)
                .param("x", 1)
                .param("x", "two")
                .build();

        assertThat(spec.params()).containsExactly(Map.entry("x", "two"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "@host", "@user:ada", "..", "a b", "-a"})
    void name_isOneSegment_atBuildAndWhenRenamed(String name) {
        var spec = AgentSpec.builder("a").run(NOTHING).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentSpec.builder(name).run(NOTHING).build())
                .withMessageContaining("'" + name + "'");
        assertThatIllegalArgumentException().isThrownBy(() -> spec.named(name));
    }

    @Test
    void build_namesTheAgent_whoseBodyIsMissing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentSpec.builder("planner").build())
                .withMessage("agent 'planner': say what runs: run, onMessage, reactive or code");
    }

    @Test
    void build_namesTheParent_whoseChildrenShareAName() {
        var builder = AgentSpec.builder("desk")
                .run(NOTHING)
                .child(CHILD)
                .child(CHILD.toBuilder().build());

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining("agent 'desk'")
                .withMessageContaining("AgentSpec[child]");
        assertThat(AgentSpec.builder("desk")
                        .run(NOTHING)
                        .child(CHILD)
                        .child(CHILD.named("other"))
                        .build()
                        .children())
                .extracting(AgentSpec::name)
                .containsExactly("child", "other");
    }

    /** A null is refused where it is given, not where it is used: there nobody knows any more who gave it. */
    @Test
    void options_refuseNulls_atOnce() {
        var builder = AgentSpec.builder("a");

        assertThatNullPointerException().isThrownBy(() -> AgentSpec.builder(null));
        assertThatNullPointerException().isThrownBy(() -> builder.run(null));
        assertThatNullPointerException().isThrownBy(() -> builder.onMessage(null));
        assertThatNullPointerException().isThrownBy(() -> builder.reactive(null));
        assertThatNullPointerException().isThrownBy(() -> builder.body(null));
        assertThatNullPointerException().isThrownBy(() -> builder.param(null, 1));
        assertThatNullPointerException().isThrownBy(() -> builder.param("x", null));
        assertThatNullPointerException().isThrownBy(() -> builder.label("x", null));
        assertThatNullPointerException().isThrownBy(() -> builder.grant((Capability) null));
        assertThatNullPointerException().isThrownBy(() -> builder.grant((String) null));
        assertThatNullPointerException().isThrownBy(() -> builder.accepts((Class<?>) null));
        assertThatNullPointerException().isThrownBy(() -> builder.child(null));
        assertThatNullPointerException().isThrownBy(() -> builder.limits(null));
        assertThatNullPointerException().isThrownBy(() -> builder.restart(null));
        assertThatNullPointerException().isThrownBy(() -> builder.supervision(null));
        assertThatNullPointerException().isThrownBy(() -> builder.mailbox(1, null));
        assertThatNullPointerException().isThrownBy(() -> builder.threading(null));
    }

    @Test
    void mailbox_holdsAtLeastOneMessage() {
        var builder = AgentSpec.builder("a").run(NOTHING);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.mailbox(-3, Overflow.BLOCK))
                .withMessage("a mailbox holds at least one message: -3");
        assertThat(builder.mailbox(1, Overflow.BLOCK).build().mailboxCapacity()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.sendTimeout(Duration.ofNanos(-1)))
                .withMessageContaining("PT-0.000000001S");
    }
}
