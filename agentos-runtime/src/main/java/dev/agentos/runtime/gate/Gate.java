package dev.agentos.runtime.gate;

import dev.agentos.api.Limit;
import dev.agentos.api.Registration;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Rule;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.SandboxPlan.NotDelegated;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.event.EventBus;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;

/** What every action of a runtime crosses; {@link Pipeline} shows in which order. Thread-safe. */
public final class Gate {
    /** What {@link #begin} gives to the effect when no grant counts how long it lasts: closing it does nothing. */
    public static final Registration UNCOUNTED = () -> {};

    private static final String AGENT = "agent";
    private static final String SEND = "send";
    /** What of an actor's rights a process can have. */
    private static final Set<String> OF_PROCESSES = Set.of("file", "net");

    private final Pipeline pipeline;
    private final TimeSource time;
    private final RunningCode running = new RunningCode();

    private Gate(Pipeline pipeline, TimeSource time) {
        this.pipeline = pipeline;
        this.time = time;
    }

    /**
     * Builds the gate of a runtime without anybody to ask.
     *
     * @param rules what every action has to pass beside the grants
     * @param events over the same storage
     */
    public static Gate open(Authority authority, List<Rule> rules, Storage storage, EventBus events) {
        return open(new Deciding(authority, rules, Asking.NOBODY), storage, events);
    }

    /**
     * Who decides about every action.
     *
     * @param rules what every action has to pass beside the grants
     * @param asking puts what needs it before a person
     */
    public record Deciding(Authority authority, List<Rule> rules, Asking asking) {}

    /**
     * Builds the gate of one runtime.
     *
     * @param events over the same storage
     */
    public static Gate open(Deciding deciding, Storage storage, EventBus events) {
        var pipeline = new Pipeline(
                new GrantsAndRules(deciding.authority, deciding.rules),
                deciding.asking,
                DebugPoint.NONE,
                new Budget(events),
                Journal.NONE,
                new Recorder(deciding.authority, storage, events));
        return new Gate(pipeline, events.time());
    }

    /** Takes a call of a tool through the stages; then whatever the tool says later may be recorded. */
    ToolEnding cross(ToolCrossing crossing) {
        try {
            return pipeline.cross(crossing);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a tool's exceptions are endings: " + crossing.nominal(), e);
        } finally {
            crossing.settle();
        }
    }

    /** Whether an action would be allowed; counts and records nothing. */
    public boolean covers(Actor actor, Action action) {
        return pipeline.authorisation().authorise(actor, List.of(action)) instanceof Authorisation.Granted;
    }

    /** Whether it is worth trying: it would be allowed, or a person would be asked. */
    boolean mayBeTried(Actor actor, Action action) {
        return switch (pipeline.authorisation().authorise(actor, List.of(action))) {
            case Authorisation.Granted _, Authorisation.Asked _ -> true;
            case Authorisation.Refused _, Authorisation.Replaced _ -> false;
        };
    }

    /**
     * Says what of an actor's rights a process may have as far as rules go, which nobody asks about what it does then: those that no rule might
     * object to.
     *
     * @param behind the grants that allowed the call which starts the process
     * @param accepted as of {@link SandboxPolicy}
     */
    public SandboxPolicy policyOfProcess(Actor actor, List<Grant> behind, Set<String> accepted) {
        var grants = new ArrayList<Grant>();
        var withheld = new ArrayList<NotDelegated>();
        for (Grant grant : actor.grants()) {
            Capability capability = grant.capability();
            String objection = OF_PROCESSES.contains(capability.type())
                    ? pipeline.authorisation().objection(actor, capability)
                    : null;
            if (objection == null) {
                grants.add(grant);
            } else {
                withheld.add(new NotDelegated(
                        capability, "no rule is asked about a process, and one might object: " + objection));
            }
        }
        return new SandboxPolicy(actor.principal(), grants, behind, accepted, withheld);
    }

    /** {@return the ids of what is {@linkplain #perform performed} now and a grant, or one derived from it, is behind} */
    public List<String> performing(Grant grant) {
        return running.restingOn(grant);
    }

    /** Says why an action would be allowed now, or would not; counts and records nothing. */
    public Explanation explain(Actor actor, Action action) {
        return pipeline.authorisation().explain(actor, action);
    }

    Recorder recorder() {
        return pipeline.recorder();
    }

    /**
     * Performs what the runtime itself does for an actor, such as a spawn; recorded one by one. Unchecked exceptions of the effect are
     * recorded and thrown as they are.
     *
     * @throws DeniedException if it is not allowed; nothing was done
     */
    public <T> T act(Actor actor, Action action, Callable<T> effect) {
        try {
            return pipeline.cross(new PlainCrossing<>(actor, action, effect));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("what the runtime does throws no checked exception: " + action, e);
        }
    }

    /**
     * Like {@link #act(Actor, Action, Callable)}, where nobody can wait: what a person would have to approve is denied.
     *
     * @throws DeniedException if it is not allowed; nothing was done
     */
    public <T> T actNow(Actor actor, Action action, Supplier<T> effect) {
        return begin(new LastingCrossing<T>(actor, List.of(action), _ -> effect.get(), false), List.of(action));
    }

    /**
     * Performs what the runtime itself does for an actor, and what grants that count bytes look at; recorded one by one.
     *
     * @param actions at least one, all of which have to be allowed; each is recorded
     * @throws DeniedException if it is not allowed, or brings more than a grant lets out
     */
    public <T> T act(Actor actor, List<Action> actions, Effect<T> effect) {
        try {
            return pipeline.cross(new EffectCrossing<>(actor, actions, effect));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("an effect throws no checked exception: " + actions, e);
        }
    }

    /**
     * Performs what goes on after it has returned, such as a spawn: the uses of the grants behind it stay open until what the effect is
     * given is closed. If the effect throws, they are closed at once.
     *
     * @param actions at least one, all of which have to be allowed; each is recorded
     * @throws DeniedException if it is not allowed; nothing was done
     */
    public <T> T begin(Actor actor, List<Action> actions, Function<Registration, T> effect) {
        return begin(new LastingCrossing<T>(actor, actions, effect, true), actions);
    }

    private <T> T begin(LastingCrossing<T> crossing, List<Action> actions) {
        try {
            return pipeline.cross(crossing);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a function throws no checked exception: " + actions, e);
        }
    }

    /**
     * Begins what goes on by itself, such as a subscription; recorded once. Does not call {@link Actor#crossing}.
     *
     * @throws DeniedException if it is not allowed
     */
    public Standing stand(Actor actor, Action action) {
        return new Standing(this, actor, action, time);
    }

    /** The ruling behind something that goes on: authorised, counted and recorded. */
    Authorisation.Ruled rule(Actor actor, Action action) {
        try {
            return pipeline.cross(new StandingCrossing(actor, action));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a ruling throws no checked exception: " + action, e);
        }
    }

    /**
     * Like {@link #begin}, where nobody can wait: what a person would have to approve is denied.
     *
     * @throws DeniedException if it is not allowed; nothing was done
     */
    public <T> T beginNow(Actor actor, List<Action> actions, Function<Registration, T> effect) {
        return begin(new LastingCrossing<T>(actor, actions, effect, false), actions);
    }

    /** Records that an actor was denied what the authority itself decides about: a grant that is wider than those it would come from. */
    public void refused(Actor actor, DeniedException denied) {
        Action action = Shortening.of(denied.action());
        pipeline.recorder().denied(actor, action, action, denied.reason());
    }

    /**
     * Performs somebody else's code for an actor: recorded one by one, counted as a tool call.
     *
     * @throws DeniedException if it is not allowed; nothing was done
     * @throws LimitExceededException if a limit is used up; nothing was done
     * @throws ToolException with what the code threw
     */
    public <T> T perform(Actor actor, Action action, Callable<T> effect) {
        var crossing = new CodeCrossing<>(actor, action, effect, running);
        try {
            return pipeline.cross(crossing);
        } catch (Exception e) {
            if (!crossing.began() && e instanceof RuntimeException refusal) {
                throw refusal;
            }
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            // A terminated agent's call usually fails because it was terminated.
            actor.checkStopped();
            throw new ToolException(ErrorCode.TOOL_FAILED, action.type() + ":" + action.resource(), "failed: " + e, e);
        }
    }

    /**
     * Authorises what is not recorded one by one, such as an event of the actor's own.
     *
     * @throws DeniedException if it is not allowed, which is recorded
     */
    public void allow(Actor actor, Action action) {
        actor.crossing();
        allowUnrecorded(actor, action);
    }

    private void allowUnrecorded(Actor actor, Action action) {
        Passage passage = Passage.unrecorded();
        try (passage) {
            allowAlso(actor, action, passage);
        }
    }

    /** Authorises one more action of an attempt that is being performed, on any thread, and adds it to what is recorded of it. */
    void allowAlso(Actor actor, Action action, Passage passage) {
        Authorisation authorisation = pipeline.authorisation();
        Authorisation.Refused refused = switch (authorisation.authorise(actor, List.of(action))) {
            case Authorisation.Granted(var ruled) -> authorisation.begin(actor, ruled, passage, null);
            case Authorisation.Asked asked -> asked.refusal();
            case Authorisation.Refused other -> other;
            case Authorisation.Replaced other -> new Authorisation.Refused(action, other.refusal(true), "");
        };
        if (refused != null) {
            throw pipeline.denied(actor, Shortening.of(action), refused);
        }
    }

    /**
     * Authorises and counts one message; recorded only if it is denied. Does not call {@link Actor#crossing}: the caller has.
     *
     * @throws DeniedException if it is not allowed
     * @throws LimitExceededException if no more messages may be sent
     */
    public void allowSend(Actor actor, Address to) {
        // Read before the ruling: a revocation in between makes what is remembered worthless, never wrong.
        long epoch = pipeline.authorisation().epoch();
        if (!actor.sendRights().allows(to, epoch)) {
            allowSendAnew(actor, to, epoch);
        }
        pipeline.budget().use(actor, Limit.MESSAGES, 1);
    }

    private void allowSendAnew(Actor actor, Address to, long epoch) {
        var action = new Action(AGENT, to.path(), SEND, Map.of());
        Authorisation authorisation = pipeline.authorisation();
        if (authorisation.isStable()
                && authorisation.authorise(actor, List.of(action)) instanceof Authorisation.Granted(var ruled)
                && ruled.getFirst().free()) {
            actor.sendRights().remember(to, ruled.getFirst().grant(), epoch);
        } else {
            allowUnrecorded(actor, action);
        }
    }

    /**
     * Counts a use of a limit by the actor's own code, on the actor's own thread.
     *
     * @param limit TURNS, MESSAGES or TOOL_CALLS
     * @throws LimitExceededException if there is no room for it; nothing is counted
     */
    public void use(Actor actor, Limit limit, long amount) {
        pipeline.budget().use(actor, limit, amount);
    }

    /**
     * Counts a call that came to nothing because there is no such tool.
     *
     * @throws LimitExceededException if there were too many
     */
    void useCall(Actor actor) {
        pipeline.budget().call(actor);
    }

    /**
     * Counts a living child of the actor, until {@link LimitAccount#childEnded}.
     *
     * @throws LimitExceededException if it may have no more, or none so deep
     */
    public void useChild(Actor actor) {
        pipeline.budget().child(actor);
    }

    /**
     * Counts tokens or money that were spent.
     *
     * @throws LimitExceededException if that is more than a bound allows; it is counted all the same
     */
    public void charge(Actor actor, Limit limit, BigDecimal amount) {
        actor.crossing();
        pipeline.budget().charge(actor, limit, amount);
    }
}
