package dev.agentos.memory;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Approval;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.tool.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A durable agent that pays what it is told to, if a person approves; and a program that is killed while it waits for that. */
final class AskingAgent {
    record Payment(int amount) {}

    private AskingAgent() {}

    /** {@return a runtime over a file, in which payments are written down} */
    static AgentOS open(Path file, Queue<String> paid) {
        return open(file, paid, TimeSource.system());
    }

    static AgentOS open(Path file, Queue<String> paid, TimeSource time) {
        Tool pay = Tool.builder("pay", Payment.class)
                .handler((payment, context) -> {
                    paid.add("paid " + payment.amount());
                    return "done";
                })
                .build();
        return AgentOS.builder().storage(file).tool(pay).time(time).build();
    }

    static AgentSpec payer(Queue<String> told) {
        return AgentSpec.builder("payer")
                .onMessage((message, ctx) -> {
                    try {
                        told.add(ctx.tools()
                                .call("pay", message.payload(Payment.class))
                                .text());
                    } catch (DeniedException denied) {
                        told.add("denied: " + denied.reason());
                    }
                })
                .grant("tool:pay call; approval=required")
                .durable()
                .build();
    }

    /** {@return what waits, once something does} */
    static Approval pending(AgentOS os) {
        while (true) {
            List<Approval> pending = os.approvals().pending();
            if (!pending.isEmpty()) {
                return pending.getFirst();
            }
            Thread.onSpinWait();
        }
    }

    /** Has the agent ask, says so, and waits to be killed. */
    public static void main(String... args) throws InterruptedException {
        Queue<String> nothing = new ConcurrentLinkedQueue<>();
        AgentOS os = open(Path.of(args[0]), nothing);
        AgentHandle payer = os.spawn(payer(nothing));
        payer.send(new Payment(40));
        Approval approval = pending(os);
        System.out.println("waiting " + approval.ticket());
        new CountDownLatch(1).await();
    }
}
