package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.Agent;
import dev.agentos.api.Registration;
import dev.agentos.api.spi.IsolatedLife;
import dev.agentos.api.spi.IsolationProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxProvider;
import dev.agentos.testkit.contract.IsolationContract;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our provider keeps the contract, and the contract finds providers that do not. */
class IsolationContractTest {
    @TempDir
    Path folder;

    private static Sandbox sandbox() {
        return Providers.named(SandboxProvider.class, "linux").open();
    }

    @Nested
    class Ours implements IsolationContract {
        @Override
        public IsolationProvider provider() {
            return new ProcessIsolationProvider();
        }

        @Override
        public Sandbox openSandbox() {
            return sandbox();
        }
    }

    /** One demand of the contract. */
    private interface Demand {
        void check(IsolationContract contract, Path folder) throws Exception;
    }

    /** A provider that does one thing wrong, and who has to notice. */
    private record Wrong(String what, UnaryOperator<IsolationProvider> how, Demand demand) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Wrong> wrongOnes() {
        return Stream.of(
                new Wrong(
                        "runs it in this JVM",
                        ours -> provider(IsolationContractTest::runHere),
                        IsolationContract::agent_runsElsewhere_andItsCallsAreMadeHere),
                new Wrong(
                        "calls from another thread",
                        ours -> provider(life -> elsewhere(() -> ours.run(life))),
                        IsolationContract::agent_runsElsewhere_andItsCallsAreMadeHere),
                new Wrong(
                        "keeps what was printed to itself",
                        ours -> provider(life -> ours.run(without(life, "printed"))),
                        IsolationContract::agent_runsElsewhere_andItsCallsAreMadeHere),
                new Wrong(
                        "swallows failures",
                        ours -> provider(life -> {
                            try {
                                ours.run(life);
                            } catch (RuntimeException e) {
                                // nobody hears of it
                            }
                        }),
                        IsolationContract::exception_ofItsCode_isTold),
                new Wrong(
                        "makes failures of its own",
                        ours -> provider(life -> {
                            try {
                                ours.run(life);
                            } catch (RuntimeException e) {
                                throw new IllegalStateException(e);
                            }
                        }),
                        IsolationContract::failure_thatItsCodeDoesNotCatch_isTheOneOfTheCall),
                new Wrong(
                        "does not tell when the process ends",
                        ours -> provider(life -> ours.run(without(life, "processEnded"))),
                        IsolationContract::end_ofTheProcess_isTold_whileItsAgentWaits),
                new Wrong(
                        "cannot be terminated",
                        ours -> provider(life -> ours.run(without(life, "onTerminate"))),
                        IsolationContract::termination_endsAProcess_thatListensToNobody),
                new Wrong(
                        "does not say that it has turns",
                        ours -> provider(life -> ours.run(without(life, "reactive"))),
                        IsolationContract::reactiveAgent_hasTurns_andAnOrderlyEnd),
                new Wrong(
                        "runs whatever the sandbox confines",
                        ours -> provider(IsolationContractTest::runHere),
                        IsolationContract::run_throws_whereNothingIsConfined));
    }

    @ParameterizedTest
    @MethodSource("wrongOnes")
    void contract_findsAProvider_that(Wrong wrong) {
        var contract = new IsolationContract() {
            @Override
            public IsolationProvider provider() {
                return wrong.how.apply(new ProcessIsolationProvider());
            }

            @Override
            public Sandbox openSandbox() {
                return sandbox();
            }
        };

        assertThatThrownBy(() -> wrong.demand.check(contract, folder)).isInstanceOf(AssertionError.class);
    }

    @Test
    void contract_isKept_byAProviderThatOnlyHandsOn() throws Exception {
        var contract = new IsolationContract() {
            @Override
            public IsolationProvider provider() {
                return IsolationContractTest.provider(
                        life -> new ProcessIsolationProvider().run(without(life, "no such method")));
            }

            @Override
            public Sandbox openSandbox() {
                return sandbox();
            }
        };

        contract.reactiveAgent_hasTurns_andAnOrderlyEnd(folder);
    }

    // ---- how to be wrong

    private interface Running {
        void run(IsolatedLife life);
    }

    private static IsolationProvider provider(Running running) {
        return new IsolationProvider() {
            @Override
            public String name() {
                return "wrong";
            }

            @Override
            public void run(IsolatedLife life) {
                running.run(life);
            }
        };
    }

    private static void runHere(IsolatedLife life) {
        try (var loader = new URLClassLoader(
                new URL[] {life.code().jar().toUri().toURL()}, IsolationContractTest.class.getClassLoader())) {
            var agent = (Agent)
                    loader.loadClass(life.code().className()).getConstructor().newInstance();
            agent.run(life.context());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void elsewhere(Runnable task) {
        var thread = Thread.ofPlatform().start(task);
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The life, deaf to one method. */
    private static IsolatedLife without(IsolatedLife life, String method) {
        return (IsolatedLife) Proxy.newProxyInstance(
                IsolatedLife.class.getClassLoader(),
                new Class<?>[] {IsolatedLife.class},
                (proxy, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        return called.getReturnType() == Registration.class ? (Registration) () -> {} : null;
                    }
                    try {
                        return called.invoke(life, arguments);
                    } catch (java.lang.reflect.InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
