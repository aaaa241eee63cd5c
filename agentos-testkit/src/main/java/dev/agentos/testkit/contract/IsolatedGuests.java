package dev.agentos.testkit.contract;

import dev.agentos.api.Agent;
import dev.agentos.api.AgentContext;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * The agents that {@link IsolationContract} has run in processes of their own: public, since those have to make them, and for
 * nobody else. They use the API alone.
 *
 * @since 0.3
 */
public final class IsolatedGuests {
    private static final Class<?>[] ALL = {
        IsolatedGuests.class,
        Honest.class,
        Denied.class,
        Careless.class,
        Throwing.class,
        Exiting.class,
        Endless.class,
        Waiting.class,
        Reactive.class
    };

    private IsolatedGuests() {}

    /** Packs them into a jar in a folder. */
    static Path jarIn(Path folder) {
        Path jar = folder.resolve("guests.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> each : ALL) {
                String entry = each.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(entry));
                try (InputStream code = each.getResourceAsStream("/" + entry)) {
                    Objects.requireNonNull(code, entry).transferTo(out);
                }
                out.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }

    private static void tell(AgentContext ctx, Object what) {
        ctx.send(Address.of("host"), what);
    }

    /** Does a little, and ends. */
    public static final class Honest implements Agent {
        /** Makes it. */
        public Honest() {}

        @Override
        public void run(AgentContext ctx) {
            System.out.println("printed by a guest");
            tell(ctx, ctx.id() + " " + ctx.start() + " " + ctx.param("symbol", String.class));
            ctx.result(ProcessHandle.current().pid());
        }
    }

    /** Is denied something, and knows what to do. */
    public static final class Denied implements Agent {
        /** Makes it. */
        public Denied() {}

        @Override
        public void run(AgentContext ctx) {
            try {
                tell(ctx, "denied");
            } catch (DeniedException e) {
                ctx.result(e.missing());
            }
        }
    }

    /** Is denied something, and does not expect that. */
    public static final class Careless implements Agent {
        /** Makes it. */
        public Careless() {}

        @Override
        public void run(AgentContext ctx) {
            tell(ctx, "denied");
        }
    }

    /** Throws what no call threw. */
    public static final class Throwing implements Agent {
        /** Makes it. */
        public Throwing() {}

        @Override
        public void run(AgentContext ctx) {
            throw new IllegalStateException("no luck today");
        }
    }

    /** Ends its process. */
    public static final class Exiting implements Agent {
        /** Makes it. */
        public Exiting() {}

        @Override
        public void run(AgentContext ctx) {
            System.exit(7);
        }
    }

    /** Computes for ever. */
    public static final class Endless implements Agent {
        /** Makes it. */
        public Endless() {}

        @Override
        public void run(AgentContext ctx) {
            tell(ctx, "computes");
            while (true) {
                Thread.onSpinWait();
            }
        }
    }

    /** Waits for mail, and says what it got. */
    public static final class Waiting implements Agent {
        /** Makes it. */
        public Waiting() {}

        @Override
        public void run(AgentContext ctx) {
            tell(ctx, "waits");
            ctx.result(ctx.receive().payload(String.class));
        }
    }

    /** Adds up, and says the sum when it is stopped. */
    public static final class Reactive implements ReactiveAgent {
        private int sum;

        /** Makes it. */
        public Reactive() {}

        @Override
        public void onStart(AgentContext ctx) {
            tell(ctx, "starts");
        }

        @Override
        public void onMessage(Message message, AgentContext ctx) {
            sum += message.payload(Integer.class);
            tell(ctx, sum);
        }

        @Override
        public void onStop(AgentContext ctx) {
            ctx.result("stopped at " + sum);
        }
    }
}
