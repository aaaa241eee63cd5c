package dev.agentos.runtime;

import dev.agentos.api.AgentState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the life of an agent should be like, with the words of the model in {@code formal/lifecycle.als} and one step at a time. */
final class StatefulLife {
    static final int RESTARTS = 2;
    static final int BACKOFF = 2;

    final String path;
    final int depth;
    final List<StatefulLife> children = new ArrayList<>();
    AgentState state = AgentState.RUNNING;
    int performed;
    private final Deque<StatefulOrder> mail = new ArrayDeque<>();
    private int restarts;
    /** Seconds that its code sleeps still, or that a restart waits. */
    private int waits;

    private boolean sleeps;

    StatefulLife(@Nullable StatefulLife parent, String name) {
        this.path = parent == null ? name : parent.path + "/" + name;
        this.depth = parent == null ? 0 : parent.depth + 1;
    }

    boolean ended() {
        return state.ended();
    }

    /** It and all that were ever below it, parents first. */
    List<StatefulLife> tree() {
        var all = new ArrayList<>(List.of(this));
        children.forEach(child -> all.addAll(child.tree()));
        return all;
    }

    void send(StatefulOrder order) {
        mail.add(order);
        work();
    }

    private void work() {
        while (state == AgentState.RUNNING && waits == 0 && !mail.isEmpty()) {
            obey(mail.remove());
        }
    }

    private void obey(StatefulOrder order) {
        switch (order) {
            case StatefulOrder.Perform() -> performed++;
            case StatefulOrder.Spawn(String name, boolean run) -> children.add(new StatefulLife(this, name));
            case StatefulOrder.Sleep(int seconds) -> {
                waits = seconds;
                sleeps = true;
            }
            case StatefulOrder.Fail() -> fail();
            case StatefulOrder.Complete() -> stop();
        }
    }

    private void fail() {
        children.forEach(StatefulLife::terminate);
        if (restarts == RESTARTS) {
            end(AgentState.FAILED);
        } else {
            restarts++;
            waits = BACKOFF;
        }
    }

    /** Whether it is paused and does something as soon as it is resumed. */
    boolean isEager() {
        return state == AgentState.PAUSED && waits == 0 && !mail.isEmpty();
    }

    /** Whether it does something at the next second. */
    boolean wakesNext() {
        return state == AgentState.RUNNING && waits == 1;
    }

    void secondPasses() {
        if (state == AgentState.RUNNING && waits > 0 && --waits == 0) {
            performed += sleeps ? 1 : 0;
            sleeps = false;
            work();
        }
    }

    void pause() {
        if (state == AgentState.RUNNING) {
            state = AgentState.PAUSED;
        }
    }

    void resume() {
        if (state == AgentState.PAUSED) {
            state = AgentState.RUNNING;
            work();
        }
    }

    void stop() {
        children.forEach(StatefulLife::stop);
        end(AgentState.COMPLETED);
    }

    void terminate() {
        children.forEach(StatefulLife::terminate);
        end(AgentState.TERMINATED);
    }

    private void end(AgentState how) {
        if (!ended()) {
            state = how;
        }
    }
}
