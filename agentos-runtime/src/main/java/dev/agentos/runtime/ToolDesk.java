package dev.agentos.runtime;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Revocation;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxProvider;
import dev.agentos.api.spi.ToolScannerProvider;
import dev.agentos.api.spi.ToolSetProvider;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.api.tool.Tools;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Toolbox;
import dev.agentos.runtime.secret.Secrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The tools of one runtime. Unless the builder was given some, they are looked for when somebody first wants one: a runtime whose agents
 * call none loads neither them nor JSON. Thread-safe.
 */
final class ToolDesk {
    private final Kernel kernel;
    private final Settings settings;
    /** Held while something is opened. */
    private final ReentrantLock opening = new ReentrantLock();

    private volatile @Nullable JsonProvider json;
    private volatile @Nullable Toolbox toolbox;
    private volatile @Nullable Sandbox sandbox;

    ToolDesk(Kernel kernel, Settings settings) {
        this.kernel = kernel;
        this.settings = settings;
    }

    /**
     * Takes the tools that the builder was given, if it was given some.
     *
     * @throws IllegalArgumentException if two have one name
     */
    void openIfGiven() {
        if (!settings.tools().isEmpty() || !settings.annotated().isEmpty()) {
            toolbox();
        }
    }

    Tools of(Actor actor) {
        return toolbox().of(actor);
    }

    List<ToolSpec> specs() {
        return toolbox().specs();
    }

    /** Checks that a capability for one tool constrains what the tool declares, and one for a secret says which tools get it. */
    void checkGrant(Capability capability) {
        if (capability.type().equals("tool") || capability.type().equals("secret")) {
            toolbox().checkGrant(kernel.authority, capability);
        }
    }

    JsonProvider json() {
        JsonProvider present = json;
        if (present == null) {
            opening.lock();
            try {
                present = json;
                if (present == null) {
                    present = Providers.only(JsonProvider.class);
                    json = present;
                }
            } finally {
                opening.unlock();
            }
        }
        return present;
    }

    /** {@return what starts the process of an agent, and records what that is denied} */
    Sandbox sandboxOf(Actor actor) {
        return toolbox().sandboxOf(actor);
    }

    /** {@return what the process of an agent may do} */
    SandboxPolicy policyOf(Actor actor) {
        return kernel.gate.policyOfProcess(actor, List.of(), settings.sandbox().accepted());
    }

    private Toolbox toolbox() {
        Toolbox present = toolbox;
        if (present == null) {
            opening.lock();
            try {
                present = toolbox;
                if (present == null) {
                    kernel.requireNotClosed(); // nobody would close it
                    present = open();
                    toolbox = present;
                }
            } finally {
                opening.unlock();
            }
        }
        return present;
    }

    private Toolbox open() {
        JsonProvider provider = json();
        var tools = new ArrayList<Tool>();
        Providers.all(ToolSetProvider.class).forEach(set -> tools.addAll(set.open()));
        tools.addAll(settings.tools());
        if (!settings.annotated().isEmpty()) {
            var scanner = Providers.only(ToolScannerProvider.class);
            for (Settings.Annotated each : settings.annotated()) {
                tools.addAll(scanner.toolsOf(each.prefix(), each.object(), provider));
            }
        }
        return new Toolbox(
                tools,
                new Toolbox.Surroundings(
                        kernel.gate,
                        provider,
                        this::sandbox,
                        kernel.clockOfAgents,
                        new Secrets(settings.secrets()),
                        settings.sandbox().accepted()));
    }

    private Sandbox sandbox() {
        Sandbox present = sandbox;
        if (present == null) {
            opening.lock();
            try {
                present = sandbox;
                if (present == null) {
                    present = Providers.named(
                                    SandboxProvider.class, settings.sandbox().provider())
                            .open();
                    sandbox = present;
                }
            } finally {
                opening.unlock();
            }
        }
        return present;
    }

    // ---- the end of an agent, and of all

    void cancel(AgentCell cell, String reason) {
        Toolbox open = toolbox;
        if (open != null) {
            open.cancelAll(cell, reason);
        }
    }

    /** {@return the calls in flight that a revoked grant is behind; those that want to be were cancelled} */
    Revocation revoked(Grant grant, String reason) {
        Toolbox open = toolbox;
        return open == null ? new Revocation(grant.id(), List.of(), List.of()) : open.revoked(grant, reason);
    }

    /** {@return the calls of an agent that have not come to their end} */
    List<String> running(AgentCell cell) {
        Toolbox open = toolbox;
        return open == null ? List.of() : open.running(cell);
    }

    /** {@return the calls that did not come to their end, by name} */
    List<String> close(Duration limit) {
        Toolbox open = toolbox;
        List<String> left = open == null ? List.of() : open.close(limit);
        Sandbox used = sandbox;
        if (used != null) {
            used.close();
        }
        return left;
    }
}
