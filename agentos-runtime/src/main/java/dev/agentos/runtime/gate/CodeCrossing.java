package dev.agentos.runtime.gate;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** An attempt that is one action and somebody else's code, which runs on the actor's own thread and counts as a tool call. */
final class CodeCrossing<T> implements Crossing<T> {
    private static final String NET = "net";
    /** What code brings that goes to the network by itself. */
    private static final Set<String> FROM_NET = Set.of(NET);

    private final Actor actor;
    private final Action action;
    private final Callable<T> code;
    private final RunningCode running;
    private boolean began;
    private volatile @Nullable Passage through;
    private volatile @Nullable String id;

    CodeCrossing(Actor actor, Action action, Callable<T> code, RunningCode running) {
        this.actor = actor;
        this.action = action;
        this.code = code;
        this.running = running;
    }

    /** Whether the code was run: what was thrown since is its own. */
    boolean began() {
        return began;
    }

    /** Its name; made when somebody asks. */
    synchronized String id() {
        String present = id;
        if (present == null) {
            present = running.newId();
            id = present;
        }
        return present;
    }

    /** Whether a grant behind it is this one, or was derived from it. */
    boolean restsOn(Grant grant) {
        Passage passage = through;
        return passage != null && passage.restsOn(grant);
    }

    @Override
    public Actor actor() {
        return actor;
    }

    @Override
    public Action nominal() {
        return Shortening.of(action);
    }

    @Override
    public List<Action> describe() {
        return List.of(action);
    }

    @Override
    public Cost cost() {
        return Cost.CALL;
    }

    @Override
    public T perform(Passage passage) throws Exception {
        through = passage;
        running.add(this);
        try {
            Grant gone = passage.revoked();
            if (gone != null) {
                // Whoever revoked it may have looked before this was there to be seen.
                throw new DeniedException(action, gone + " was revoked before it began", action.grantText());
            }
            began = true;
            if (action.type().equals(NET)) {
                // From here on: the code itself may go on to something else, and what it throws is from there, too.
                actor.tainted(FROM_NET);
            }
            return code.call();
        } finally {
            running.remove(this);
        }
    }
}
