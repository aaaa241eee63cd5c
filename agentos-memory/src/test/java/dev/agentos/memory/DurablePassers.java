package dev.agentos.memory;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.message.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Program of a child JVM: durable agents in a ring hand tokens on, each with its next number, and keep the number that they have last seen of
 * each, until the program is killed. Prints a line for each agent that is there, and then one for each so many turns.
 */
final class DurablePassers {
    static final int AGENTS = 8;
    static final int TOKENS = 5;
    private static final int REPORT = 50;

    private DurablePassers() {}

    /** A token, and how often it was handed on. */
    record Token(int id, long hops) {}

    /** How often an agent has had each token, the number that it last had, and how many turns it has had in all. */
    record Seen(List<Long> hops, long turns) {
        Seen {
            hops = List.copyOf(hops);
        }
    }

    public static void main(String[] args) throws InterruptedException {
        boolean first = Boolean.parseBoolean(args[1]);
        var os = AgentOS.builder()
                .storage(Path.of(args[0]))
                .closeTimeout(Duration.ofSeconds(5))
                .template("passer", params -> passer(Integer.parseInt(String.valueOf(params.get("place")))))
                .build();
        if (first) {
            for (int i = 0; i < AGENTS; i++) {
                os.spawn(os.template("passer", Map.of("place", i)));
            }
            for (int i = 0; i < TOKENS; i++) {
                os.send(address(0), new Token(i, 0));
            }
        }
        System.out.println("running");
        new CountDownLatch(1).await();
    }

    static Address address(int place) {
        return Address.of("p" + place % AGENTS);
    }

    private static AgentSpec passer(int place) {
        Address next = address(place + 1);
        return AgentSpec.builder("p" + place)
                .onMessage((message, ctx) -> pass(message.payload(Token.class), next, ctx))
                .grant("agent:" + next.path() + " send")
                .durable()
                .build();
    }

    private static void pass(Token token, Address next, AgentContext ctx) {
        Seen seen = ctx.restored(Seen.class).orElseGet(() -> fresh());
        var hops = new ArrayList<>(seen.hops());
        if (hops.get(token.id()) >= 0 && token.hops() != hops.get(token.id()) + AGENTS) {
            System.out.println("WRONG " + ctx.self() + " had token " + token.id() + " at " + hops.get(token.id())
                    + " and has it at " + token.hops());
        }
        hops.set(token.id(), token.hops());
        ctx.checkpoint(new Seen(hops, seen.turns() + 1));
        ctx.send(next, new Token(token.id(), token.hops() + 1));
        if (seen.turns() % REPORT == 0) {
            System.out.println("turn");
        }
    }

    static Seen fresh() {
        return new Seen(Collections.nCopies(TOKENS, -1L), 0);
    }
}
