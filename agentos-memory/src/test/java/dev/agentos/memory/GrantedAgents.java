package dev.agentos.memory;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.tool.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A durable agent with rights, and the program of a child JVM that uses some of them, has one revoked, lends one, and then waits to be
 * killed.
 */
final class GrantedAgents {
    static final Duration LIMIT = Duration.ofSeconds(30);
    static final Address WORKER = Address.of("worker");

    private GrantedAgents() {}

    record Nothing() {}

    /** Calls a tool, with what the agent holds or with what it is lent. */
    record Use(String tool, boolean lent) implements Request<String> {}

    /** Takes what comes with it. */
    record Take(String why) {}

    static AgentOS.Builder builder(Path file) {
        var builder = AgentOS.builder().storage(file).closeTimeout(Duration.ofSeconds(20));
        for (String tool : List.of("a", "b", "c", "d")) {
            builder.tool(Tool.builder(tool, Nothing.class)
                    .handler((nothing, call) -> "did " + tool)
                    .build());
        }
        return builder;
    }

    static AgentSpec worker(String... grants) {
        var spec = AgentSpec.builder(WORKER.path())
                .onMessage(GrantedAgents::handle)
                .durable();
        for (String grant : grants) {
            spec.grant(grant);
        }
        return spec.build();
    }

    private static void handle(Message message, AgentContext ctx) {
        switch (message.payload()) {
            case Use(String tool, boolean lent) -> {
                List<Grant> grants = ctx.capabilities().lent();
                var acting =
                        !lent || grants.isEmpty() ? ctx : ctx.with(grants.getFirst(), grants.toArray(Grant[]::new));
                ctx.reply(message, outcome(acting, tool));
            }
            case Take(String why) ->
                ctx.emit("lent.taken", new Take(why + " " + message.grants().size()));
            default -> ctx.unhandled(message);
        }
    }

    private static String outcome(AgentContext acting, String tool) {
        try {
            return acting.tools().call(tool, Map.of()).as(String.class);
        } catch (DeniedException denied) {
            return "denied";
        }
    }

    static String use(AgentOS os, String tool, boolean lent) {
        return os.ask(WORKER, new Use(tool, lent), LIMIT);
    }

    public static void main(String[] args) throws InterruptedException {
        AgentOS os = builder(Path.of(args[0])).build();
        os.spawn(worker("tool:a call; uses=3", "tool:b call"));
        os.grants().grant(WORKER, Capability.parse("tool:c call"));
        var lender = os.spawn(AgentSpec.builder("lender")
                .onMessage((message, ctx) -> {
                    ctx.capabilities().delegate(ctx.grants().getFirst(), WORKER);
                    ctx.reply(message, "lent");
                })
                .grant("tool:d call")
                .grant("agent:worker send")
                .build());
        System.out.println(lender.ask("lend", String.class, LIMIT));
        System.out.println(use(os, "a", false) + use(os, "a", false));
        long revoked = os.grants().list().stream()
                .filter(grant -> grant.capability().equals(Capability.parse("tool:b call")))
                .findFirst()
                .orElseThrow()
                .id();
        os.grants().revoke(revoked, "no more");
        System.out.println("running " + revoked);
        new CountDownLatch(1).await();
    }
}
