package dev.agentos.isolated;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentContext;
import dev.agentos.api.ProcessLimits;
import dev.agentos.api.Registration;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.IsolatedLife;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxPolicy;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** The life of an agent of this JVM, lent to a process that is none: what crosses is performed for real. */
public record ScriptedLife(AgentContext context, Sandbox sandbox) implements IsolatedLife {
    /** {@return code that has a name and a jar, and is never loaded} */
    @Override
    public AgentBody.Code code() {
        URL jar = NullMarked.class.getProtectionDomain().getCodeSource().getLocation();
        return new AgentBody.Code(Path.of(URI.create(jar.toString())), NullMarked.class.getName());
    }

    @Override
    public ProcessLimits limits() {
        return ProcessLimits.DEFAULT;
    }

    @Override
    public Map<String, Object> params() {
        return Map.of();
    }

    @Override
    public SandboxPolicy policy() {
        return new SandboxPolicy(PrincipalId.HOST, List.of());
    }

    @Override
    public JsonProvider json() {
        return Providers.json();
    }

    @Override
    public Registration onTerminate(Runnable kill) {
        return () -> {};
    }

    @Override
    public void reactive() {
        // Turns are the runtime's.
    }

    @Override
    public Message nextTurn(boolean finished) {
        return context.receive();
    }

    @Override
    public void processEnded() {
        // The interrupt that comes with it is enough for a wait that is not held.
    }

    @Override
    public void obey() {
        context.optionalParam("nothing", String.class);
    }

    @Override
    public void printed(String text) {
        context.log("printed {}", text);
    }
}
