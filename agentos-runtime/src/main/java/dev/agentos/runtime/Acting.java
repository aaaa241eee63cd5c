package dev.agentos.runtime;

import dev.agentos.api.message.Address;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.tool.Tools;
import dev.agentos.runtime.gate.SendRights;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What an agent needs in order to act, made when it first does: most agents are idle. */
final class Acting {
    private static final int ROUTES = 8;
    private static final int IDS = 64;

    final PrincipalId principal;
    final SendRights sendRights = new SendRights();
    private final Kernel kernel;
    private final ActorCell cell;
    /** Those it last wrote to. The turn's. */
    private @Nullable Route @Nullable [] routes;

    /** The last number used, and the last of the block. The turn's. */
    private long nextId;

    private long lastId;
    /** Where untrusted data came from that its turn has seen. */
    private volatile Set<String> taint = Set.of();

    private @Nullable Tools tools;
    private @Nullable RandomGenerator random;

    Acting(Kernel kernel, ActorCell cell) {
        this.kernel = kernel;
        this.cell = cell;
        this.principal = PrincipalId.agent(cell.id);
    }

    /** A recipient, found before. */
    private record Route(Address to, AgentCell cell) {}

    /**
     * Returns who has an address now; remembers the last few, since an agent mostly writes to the same few others.
     *
     * @return null if nobody has
     */
    @Nullable
    AgentCell recipient(Address to) {
        int slot = slot(to);
        Route known = routes == null ? null : routes[slot];
        if (known != null && known.to.equals(to) && !known.cell.has(LifeCell.FENCED)) {
            return known.cell;
        }
        AgentCell found = kernel.directory.find(to);
        if (found != null) {
            if (routes == null) {
                routes = new Route[ROUTES];
            }
            routes[slot] = new Route(to, found);
        }
        return found;
    }

    /** By the hash of the path, which the string keeps. */
    private static int slot(Address to) {
        int hash = to.path().hashCode();
        return (hash ^ hash >>> 16) & ROUTES - 1;
    }

    /** {@return a number for a message} Numbers are taken in blocks, or all senders would write to one counter. */
    long nextMessageId() {
        if (nextId == lastId) {
            lastId = kernel.post.takeIds(IDS) + IDS;
            nextId = lastId - IDS;
        }
        return ++nextId;
    }

    Set<String> taint() {
        return taint;
    }

    synchronized void tainted(Set<String> by) {
        taint = Taint.union(taint, by);
    }

    void clean() {
        if (!taint.isEmpty()) { // most have none: a write to a volatile is not for nothing
            taint = Set.of();
        }
    }

    Tools tools() {
        Tools mine = tools;
        if (mine == null) {
            mine = kernel.tools.of(cell);
            tools = mine;
        }
        return mine;
    }

    /** The same numbers for the same seed and the same name, whatever other agents do. */
    RandomGenerator random() {
        RandomGenerator mine = random;
        if (mine == null) {
            mine = new SplittableRandom(kernel.seed ^ hash(cell.id.address().path()));
            random = mine;
        }
        return mine;
    }

    /** FNV-1a: fixed by definition, unlike what String.hashCode() could become, and 64 bits wide. */
    private static long hash(String path) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < path.length(); i++) {
            hash = (hash ^ path.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
