package dev.agentos.runtime.gate;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.InvalidArgumentsException;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.runtime.schedule.Wait;
import dev.agentos.runtime.secret.SecretArguments;
import dev.agentos.runtime.secret.Secrets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One call of a tool, as an attempt to cross the gate. */
final class ToolCrossing implements Crossing<ToolEnding> {
    @SuppressWarnings("UnnecessaryLambda") // told by its identity; it is never run
    private static final Runnable SETTLED = () -> {};

    private static final String TOOL = "tool";
    /** Where a record keeps the arguments whose names no attribute can have. */
    private static final String ODD = "otherArguments";

    private final ToolCaller caller;
    private final RegisteredTool tool;
    private final Function<JsonProvider, JsonObject> arguments;
    /** What somebody else wants the call to be; null if it is what its caller says. */
    private final @Nullable Replacement replacement;

    /** What records the end of a tool that nobody waited for, until that has its turn; then {@link #SETTLED}. */
    private final AtomicReference<@Nullable Runnable> late;

    private @Nullable ToolCall call;
    private List<Action> described = List.of();
    private Set<String> secrets = Set.of();
    private volatile @Nullable String key;

    /**
     * What becomes of a call by somebody else.
     *
     * @param actions what a rule wants it to be; empty if a person wants other arguments, whatever that is then
     * @param note told to the caller
     */
    record Replacement(List<Action> actions, String note) {}

    ToolCrossing(ToolCaller caller, RegisteredTool tool, Function<JsonProvider, JsonObject> arguments) {
        this.caller = caller;
        this.tool = tool;
        this.arguments = arguments;
        this.replacement = null;
        this.late = new AtomicReference<>();
    }

    /** What becomes of a call; it settles with that one. */
    private ToolCrossing(ToolCrossing first, JsonObject arguments, Replacement replacement) {
        this.caller = first.caller;
        this.tool = first.tool;
        this.arguments = _ -> arguments;
        this.replacement = replacement;
        this.late = first.late;
    }

    Toolbox toolbox() {
        return caller.toolbox();
    }

    RegisteredTool tool() {
        return tool;
    }

    ToolCall call() {
        return Objects.requireNonNull(call, "described first");
    }

    /** The key under which a repetition of this call is known as one. */
    String key() {
        String present = key;
        if (present == null) {
            synchronized (this) {
                present = key == null ? toolbox().newKey() : key;
                key = present;
            }
        }
        return Objects.requireNonNull(present);
    }

    // ---- the stages

    @Override
    public Actor actor() {
        return caller.actor();
    }

    @Override
    public Action nominal() {
        return tool.nominal();
    }

    @Override
    public Cost cost() {
        return Cost.CALL;
    }

    @Override
    public List<Action> describe() {
        if (replacement == null || replacement.actions().isEmpty()) {
            return understand();
        }
        List<Action> wanted = replacement.actions();
        try {
            if (understand().equals(wanted)) {
                return described;
            }
        } catch (InvalidArgumentsException e) {
            throw new IllegalStateException("the arguments that would make it " + wanted + " are not valid", e);
        }
        // Else the tool would be called with arguments that nobody decided about.
        throw new IllegalStateException("no arguments make it " + wanted);
    }

    private List<Action> understand() {
        JsonObject given = read();
        List<String> violations = tool.validator().violations(given);
        if (!violations.isEmpty()) {
            throw new InvalidArgumentsException(tool.spec().name(), violations);
        }
        var understood = new ToolCall(tool.spec().name(), given);
        call = understood;
        described = tool.withoutSecrets(describe(understood), toolbox().salt());
        secrets = SecretArguments.names(given);
        if (!secrets.isEmpty()) {
            described = withUses(described);
        }
        return described;
    }

    private List<Action> withUses(List<Action> actions) {
        var all = new ArrayList<>(actions);
        all.addAll(SecretUse.of(tool.spec().name(), secrets, actions));
        return List.copyOf(all);
    }

    /** The secrets that its arguments refer to; empty for most. */
    Set<String> secrets() {
        return secrets;
    }

    /** The hosts that its secrets were allowed to go to. */
    Set<String> hosts() {
        return SecretUse.hosts(described);
    }

    /**
     * The arguments with the secrets in them, for the tool alone.
     *
     * @throws AgentOsException if a secret cannot be had
     */
    Secrets.Filled filled() {
        return toolbox().secrets().fill(call().arguments(), secrets);
    }

    private JsonObject read() {
        try {
            return arguments.apply(toolbox().json());
        } catch (JsonException | IllegalArgumentException | IllegalStateException e) {
            throw invalid(e);
        }
    }

    private List<Action> describe(ToolCall understood) {
        List<Action> actions;
        try {
            actions = List.copyOf(tool.tool().describe(understood));
        } catch (IllegalArgumentException | JsonException e) {
            throw invalid(e);
        }
        if (actions.isEmpty()) {
            throw new IllegalStateException("the tool names no action, so nothing could allow it");
        }
        return actions;
    }

    private InvalidArgumentsException invalid(RuntimeException e) {
        return new InvalidArgumentsException(tool.spec().name(), List.of(String.valueOf(e.getMessage())));
    }

    /** What the tool calls by its arguments is known here without their secrets. */
    Action asDescribed(Action action) {
        return tool.withoutSecrets(action, toolbox().salt());
    }

    @Override
    public long bytes() {
        return bytes(call().arguments().toString());
    }

    @Override
    public @Nullable Exceeded exceeded() {
        ToolCall made = call;
        return made == null ? null : actor().account().identical(tool.spec().name(), made.arguments());
    }

    @Override
    public void refused(String reason) {
        ToolCall made = call;
        if (made != null) {
            actor().account().ended(tool.spec().name(), made.arguments(), reason);
        }
    }

    @Override
    public ToolEnding perform(Passage passage) {
        Deadlines deadlines = toolbox().deadlines();
        var run = new ToolRun(this, passage, deadlines.after(tool.spec().timeout()));
        deadlines.add(run);
        Grant gone = passage.revoked();
        if (gone != null) {
            // Whoever revoked it may have looked through the list before this call was on it.
            deadlines.remove(run);
            return ToolEnding.denied(new DeniedException(
                    described.getFirst(),
                    gone + " was revoked before the tool began",
                    described.getFirst().grantText()));
        }
        run.start();
        try {
            actor().await(Wait.ACTIVE, run::await);
        } catch (InterruptedException e) {
            run.cancel("its caller was interrupted");
            Thread.currentThread().interrupt();
        } catch (AgentStopped e) {
            // Thrown again when the call comes back through the gate.
            run.cancel("its caller was stopped");
        }
        return outcome(passage, Objects.requireNonNull(run.ending()));
    }

    private ToolEnding outcome(Passage passage, ToolEnding ending) {
        ToolEnding end = ending;
        if (end.outcome() == Outcome.UNKNOWN) {
            passage.keep();
        } else {
            Authorisation.Refused over = passage.charge(() -> bytes(ending.result()));
            if (over != null) {
                end = ToolEnding.denied(
                        new DeniedException(over.action(), "its result is withheld: " + over.reason(), over.missing()));
            }
        }
        actor().account().ended(tool.spec().name(), call().arguments(), end.result());
        return replacement == null ? end : end.noting("(" + replacement.note() + ")");
    }

    /** What comes in: what is shown of it may be less than what is handed over. */
    private static long bytes(ToolResult result) {
        long shown = bytes(result.text());
        return result instanceof ToolResult.Ok ok && !(ok.value() instanceof JsonString)
                ? Math.max(shown, bytes(ok.value().toString()))
                : shown;
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public Ended ended(ToolEnding ending) {
        return ending.ended();
    }

    // ---- a tool that goes on after its caller

    /** Called by the tool's thread when it has come to its end and nobody waits for it any more. */
    void endedLate(Passage passage, ToolEnding end) {
        passage.end();
        Runnable record = () -> toolbox().gate().recorder().ended(this, passage, end.ended());
        if (!late.compareAndSet(null, record)) {
            record.run();
        }
    }

    /** Called when the attempt is recorded: what its tool says after that is recorded after that. */
    void settle() {
        Runnable record = late.getAndSet(SETTLED);
        if (record != null) {
            record.run();
        }
    }

    // ---- how it is kept

    @Override
    public Action recorded(Action action) {
        ToolCall made = call;
        if (made == null || (action.type().equals(TOOL) && saysAll(action, made.arguments()))) {
            return Shortening.of(action);
        }
        Map<String, JsonValue> missing = new LinkedHashMap<>();
        Map<String, JsonValue> odd = new LinkedHashMap<>();
        made.arguments().members().forEach((name, value) -> {
            if (!action.attributes().containsKey(name)) {
                (Shortening.isKey(name) ? missing : odd)
                        .put(name, tool.shown(name, value, toolbox().salt()));
            }
        });
        if (!odd.isEmpty()) {
            missing.put(ODD, new JsonObject(odd));
        }
        if (!action.type().equals(TOOL)) {
            missing.putIfAbsent(TOOL, JsonValue.of(tool.spec().name()));
        }
        missing.putAll(action.attributes());
        return Shortening.of(new Action(action.type(), action.resource(), action.verb(), missing));
    }

    private static boolean saysAll(Action action, JsonObject arguments) {
        for (String name : arguments.members().keySet()) {
            if (!action.attributes().containsKey(name)) {
                return false;
            }
        }
        return true;
    }

    // ---- what a rule makes of it

    @Override
    public @Nullable Crossing<ToolEnding> replaced(Action from, Action by, String reason) {
        int at = described.indexOf(from);
        if (at < 0 || !by.grantText().equals(from.grantText())) {
            return null;
        }
        var actions = new ArrayList<>(described);
        actions.set(at, by);
        var changed = new LinkedHashMap<>(call().arguments().members());
        var names = new HashSet<>(by.attributes().keySet());
        names.addAll(from.attributes().keySet());
        for (String name : names) {
            JsonValue value = by.attributes().get(name);
            if (value == null) {
                changed.remove(name);
            } else if (!value.equals(from.attributes().get(name))) {
                changed.put(name, value);
            }
        }
        // What it describes then has to be just what the rule wants: nothing else may differ, and nothing less.
        String note = "a rule replaced the call by '" + Shortening.of(by) + "': " + reason;
        return new ToolCrossing(this, new JsonObject(changed), new Replacement(List.copyOf(actions), note));
    }

    // ---- what a person makes of it

    @Override
    public boolean isEditable() {
        return true;
    }

    @Override
    public boolean isRepeatable() {
        return tool.spec().effect() != dev.agentos.api.tool.Effect.EFFECT;
    }

    @Override
    public JsonObject arguments() {
        return tool.shown(call().arguments(), toolbox().salt());
    }

    @Override
    public Crossing<ToolEnding> edited(JsonObject shown, String note) {
        JsonObject wanted = tool.unshown(shown, call().arguments(), toolbox().salt());
        return new ToolCrossing(this, wanted, new Replacement(List.of(), note));
    }
}
