package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentos.api.AgentBody;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.IsolatedAgentException;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.IsolationProvider;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link IsolationProvider} has to do: agents of a jar run in processes that the sandbox given has started, what they
 * call is done by the context given, on the thread of the agent, and nothing of them outlives the call.
 *
 * @since 0.3
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public interface IsolationContract {
    /** {@return the provider under test} */
    IsolationProvider provider();

    /** {@return a sandbox that confines processes; the test closes it} */
    Sandbox openSandbox();

    /** {@return what reads and writes what crosses} */
    default JsonProvider json() {
        return Providers.json();
    }

    /** Its code runs elsewhere, in a process that the sandbox has started with the policy given; its calls are made here. */
    @Test
    default void agent_runsElsewhere_andItsCallsAreMadeHere(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            var life = life(folder, sandbox, IsolatedGuests.Honest.class);

            Thread agent = Thread.currentThread();
            assertThat(ends(life)).isNull();

            assertThat(life.policies).as("processes of the sandbox").containsExactly(GuestLife.POLICY);
            assertThat(life.result())
                    .asInstanceOf(InstanceOfAssertFactories.LONG)
                    .isNotEqualTo(ProcessHandle.current().pid());
            assertThat(life.told).containsExactly("guest#1 FIRST AAPL");
            assertThat(life.callers).as("threads of its calls").containsOnly(agent);
            assertThat(String.join("\n", life.printed)).contains("printed by a guest");
        }
    }

    /** What a call throws here, it throws there. */
    @Test
    default void failure_ofACall_isThrownToItsCode(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            var life = life(folder, sandbox, IsolatedGuests.Denied.class).denying();

            assertThat(ends(life)).isNull();

            assertThat(life.result()).isEqualTo("agent:host send");
        }
    }

    /** What its code does not catch of that is what its life ends with, so that it is told from other failures. */
    @Test
    default void failure_thatItsCodeDoesNotCatch_isTheOneOfTheCall(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            var life = life(folder, sandbox, IsolatedGuests.Careless.class).denying();

            assertThat(ends(life)).isSameAs(life.denied);
        }
    }

    /** An exception of its own code says so. */
    @Test
    default void exception_ofItsCode_isTold(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            Throwable thrown = ends(life(folder, sandbox, IsolatedGuests.Throwing.class));

            assertReason(thrown, Reason.THREW);
            assertThat(thrown).hasMessageContaining("no luck today");
        }
    }

    /** A process that ends before the life is over is a failure. */
    @Test
    default void exit_ofTheProcess_isAFailure(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            assertReason(ends(life(folder, sandbox, IsolatedGuests.Exiting.class)), Reason.EXITED);
        }
    }

    /** Its end is told at once, also while its agent waits for something on its behalf. */
    @Test
    default void end_ofTheProcess_isTold_whileItsAgentWaits(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            var life = life(folder, sandbox, IsolatedGuests.Waiting.class);
            var end = CompletableFuture.supplyAsync(
                    () -> run(life), task -> Thread.ofVirtual().start(task));
            assertThat(life.told.poll(30, TimeUnit.SECONDS)).isEqualTo("waits");

            ProcessHandle.of(life.started.getFirst().pid()).orElseThrow().destroyForcibly();

            assertThat(outcome(end)).isInstanceOf(IsolatedAgentException.class);
            assertThat(life.ends).as("told that it has ended").hasPositiveValue();
        }
    }

    /** A termination ends a process that listens to nobody, from whichever thread it comes. */
    @Test
    default void termination_endsAProcess_thatListensToNobody(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            var life = life(folder, sandbox, IsolatedGuests.Endless.class);
            var end = CompletableFuture.supplyAsync(
                    () -> run(life), task -> Thread.ofVirtual().start(task));
            assertThat(life.told.poll(30, TimeUnit.SECONDS)).isEqualTo("computes");
            assertThat(life.mayBeKilled()).as("it says what ends the process").isTrue();

            life.terminate();

            assertThat(outcome(end)).isNotNull();
            assertThat(life.started).allSatisfy(IsolationContract::hasEnded);
        }
    }

    /** Mail reaches it as it comes, and a stop ends its wait. */
    @Test
    default void mail_andAStop_reachIt(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            var life = life(folder, sandbox, IsolatedGuests.Waiting.class);
            life.deliver("a letter");

            assertThat(ends(life)).isNull();
            assertThat(life.result()).isEqualTo("a letter");

            var stopped = life(folder, sandbox, IsolatedGuests.Waiting.class);
            stopped.stop();

            assertThat(ends(stopped)).isInstanceOf(AgentStopped.class);
        }
    }

    /** A reactive agent has turns, and its last word when it is stopped. */
    @Test
    default void reactiveAgent_hasTurns_andAnOrderlyEnd(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            var life = life(folder, sandbox, IsolatedGuests.Reactive.class);
            life.deliver(20);
            life.deliver(22);
            life.stop();

            assertThat(ends(life)).isNull();

            assertThat(life.reactives)
                    .as("times that it said that it has turns")
                    .hasValue(1);
            assertThat(life.told).containsExactly("starts", 20, 42);
            assertThat(life.result()).isEqualTo("stopped at 42");
        }
    }

    /** Where processes are not confined, none is started. */
    @Test
    default void run_throws_whereNothingIsConfined(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            var life = new GuestLife(code(folder, IsolatedGuests.Honest.class), sandbox, json(), false);

            assertThat(ends(life)).isInstanceOf(SandboxException.class);
            assertThat(life.started).isEmpty();
        }
    }

    /** Where there is no such code, no process is started. */
    @Test
    default void run_throws_whereThereIsNoSuchCode(@TempDir Path folder) throws Exception {
        try (Sandbox sandbox = openSandbox()) {
            Path jar = IsolatedGuests.jarIn(folder);
            var noClass = new GuestLife(new AgentBody.Code(jar, "com.acme.Nobody"), sandbox, json(), true);
            var noJar = new GuestLife(
                    new AgentBody.Code(folder.resolve("no.jar"), "com.acme.Nobody"), sandbox, json(), true);

            assertThat(ends(noClass)).isInstanceOf(SandboxException.class);
            assertThat(ends(noJar)).isInstanceOf(SandboxException.class);
            assertThat(noClass.started).isEmpty();
            assertThat(noJar.started).isEmpty();
        }
    }

    private GuestLife life(Path folder, Sandbox sandbox, Class<?> guest) {
        return new GuestLife(code(folder, guest), sandbox, json(), true);
    }

    private static AgentBody.Code code(Path folder, Class<?> guest) {
        return new AgentBody.Code(IsolatedGuests.jarIn(folder), guest.getName());
    }

    /** Runs it here, and returns what it threw; nothing of it may be left then. */
    private @Nullable Throwable ends(GuestLife life) {
        Throwable thrown = run(life);
        assertThat(life.started).allSatisfy(IsolationContract::hasEnded);
        return thrown;
    }

    private @Nullable Throwable run(GuestLife life) {
        return catchThrowable(() -> provider().run(life));
    }

    private static void hasEnded(Sandbox.Running process) {
        assertThat(process.onEnd().toCompletableFuture())
                .as("process " + process.pid())
                .isDone();
    }

    private static @Nullable Throwable outcome(CompletableFuture<@Nullable Throwable> end)
            throws ExecutionException, InterruptedException, TimeoutException {
        return end.get(30, TimeUnit.SECONDS);
    }

    private static void assertReason(@Nullable Throwable thrown, Reason reason) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        IsolatedAgentException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }
}
