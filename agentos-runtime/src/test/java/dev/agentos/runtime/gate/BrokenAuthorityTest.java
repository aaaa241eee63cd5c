package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Decision;
import dev.agentos.api.spi.Authority;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An authority that fails denies, whatever it was asked; nothing is done, counted or left open, and the attempt is recorded. */
class BrokenAuthorityTest {
    private static final Action CHAT = Action.of("model:default", "chat");

    private final AtomicInteger performed = new AtomicInteger();

    private static Authority failingAt(String method, Authority real) {
        return (Authority) Proxy.newProxyInstance(
                Authority.class.getClassLoader(), new Class<?>[] {Authority.class}, (proxy, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        throw new IllegalStateException("the authority is broken");
                    }
                    try {
                        return called.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "begin"})
    void perform_isDenied_andRecorded_whenTheAuthorityThrows(String method) {
        try (var os = new GateFixture(List.of())) {
            var desk = os.agent("desk", "model:default chat");
            Gate gate = Gate.open(failingAt(method, os.authority), List.of(), os.storage, os.events);

            assertThatThrownBy(() -> gate.perform(desk, CHAT, performed::incrementAndGet))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("the authority is broken");

            assertThat(performed).hasValue(0);
            assertThat(os.lastRecord().action()).isEqualTo(CHAT);
            assertThat(os.lastRecord().decision()).isInstanceOf(Decision.Deny.class);
        }
    }

    @Test
    void grant_isNotInUse_whenTheSecondOfTwoActionsCannotBegin() {
        try (var os = new GateFixture(List.of())) {
            var desk = os.agent("desk", "agent:** spawn; max=2");
            var asked = new AtomicInteger();
            Authority real = os.authority;
            var failing = (Authority) Proxy.newProxyInstance(
                    Authority.class.getClassLoader(), new Class<?>[] {Authority.class}, (proxy, called, arguments) -> {
                        if (called.getName().equals("begin") && asked.incrementAndGet() == 2) {
                            throw new IllegalStateException("the authority is broken");
                        }
                        return called.invoke(real, arguments);
                    });
            Gate gate = Gate.open(failing, List.of(), os.storage, os.events);
            var two = List.of(Action.of("agent:a", "spawn"), Action.of("agent:a/b", "spawn"));

            assertThatThrownBy(() -> gate.begin(desk, two, use -> performed.incrementAndGet()))
                    .isInstanceOf(DeniedException.class);

            Integer begun = gate.begin(desk, two, use -> performed.incrementAndGet());
            assertThat(begun).isEqualTo(1);
        }
    }
}
