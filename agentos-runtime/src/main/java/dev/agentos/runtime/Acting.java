package dev.agentos.runtime;

import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.tool.Tools;
import dev.agentos.runtime.gate.SendRights;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What an agent needs in order to act, made when it first does: most agents are idle. */
final class Acting {
    final PrincipalId principal;
    final SendRights sendRights = new SendRights();
    private final Kernel kernel;
    private final AgentCell cell;
    private @Nullable Tools tools;
    private @Nullable RandomGenerator random;

    Acting(Kernel kernel, AgentCell cell) {
        this.kernel = kernel;
        this.cell = cell;
        this.principal = PrincipalId.agent(cell.id);
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
