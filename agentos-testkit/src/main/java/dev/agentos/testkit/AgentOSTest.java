package dev.agentos.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class a runtime in memory of its own. Test methods take, as parameters, any of {@code AgentOS},
 * {@link ManualClock}, {@link Recorder} and {@link Probe}. After the test the runtime is shut down, and the test fails if
 * agents, threads, child processes or sockets are left. A class that implements {@link AgentOSSetup} adds tools, rules
 * and limits. Nested classes have runtimes of the same kind.
 *
 * {@snippet :
 * @AgentOSTest
 * class GreeterTest {
 *     @Test
 *     void greeter_answers_byName(AgentOS os, Probe probe) {
 *         var greeter = os.spawn(AgentSpec.builder("greeter")
 *                 .onMessage((message, ctx) -> ctx.reply(message, "Hello " + message.payload(String.class)))
 *                 .build());
 *
 *         probe.send(greeter.address(), "Ada");
 *
 *         assertThat(probe.expect(String.class)).isEqualTo("Hello Ada");
 *     }
 * }
 * }
 *
 * @since 0.1
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(AgentOSExtension.class)
public @interface AgentOSTest {
    /** {@return the seed of every agent's random numbers} */
    long seed() default 42;

    /** {@return whether time stands until {@link ManualClock#advance} moves it; else it is the system's} */
    boolean manualTime() default true;

    /** {@return when a manual clock starts, in ISO-8601 form} */
    String startsAt() default "2026-01-01T00:00:00Z";

    /**
     * {@return whether a test fails that leaves threads, processes or sockets} Say no where tests run in parallel, or a
     * library keeps threads for the whole JVM; agents that do not stop fail a test in any case.
     */
    boolean leakCheck() default true;
}
