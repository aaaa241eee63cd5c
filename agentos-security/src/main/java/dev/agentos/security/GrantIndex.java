package dev.agentos.security;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/*
 * Most patterns are exact or a base with "**". Both are found by the hash of their literal text: one pass over the resource
 * of an action makes the hashes of all that could be above it, each like String's, by extending the one before. So looking
 * costs what the resource is long, whatever is held, and allocates nothing. Texts whose hashes meet share a place, and so do
 * '/' and '.', of which one does not separate anything: whoever asks compares each candidate with the action anyway. A
 * pattern with another wildcard is a candidate for every resource of its type.
 */
/** What a principal holds, found by type and resource. Immutable. */
final class GrantIndex extends AbstractList<Grant> implements RandomAccess {
    private static final LocalGrant[] NONE = {};

    private final LocalAuthority authority;
    private final List<Grant> held;
    private final LocalGrant[] roots;
    private final Map<String, OfType> types = new HashMap<>();

    /** The grants for one type of resources. */
    private static final class OfType {
        private final Places exact = new Places();
        private final Places trees = new Places();
        private LocalGrant[] rest = NONE;
    }

    /**
     * Makes one.
     *
     * @param held what is listed
     * @param own what of it is found: that which is the authority's
     */
    GrantIndex(LocalAuthority authority, List<Grant> held, List<LocalGrant> own) {
        this.authority = authority;
        this.held = List.copyOf(held);
        this.roots = own.stream().filter(LocalGrant::isRoot).toArray(LocalGrant[]::new);
        var byType = new HashMap<String, List<LocalGrant>>();
        own.stream()
                .filter(grant -> !grant.isRoot())
                .forEach(grant -> byType.computeIfAbsent(grant.capability().type(), _ -> new ArrayList<>())
                        .add(grant));
        byType.forEach((type, grants) -> types.put(type, ofType(grants)));
    }

    private static OfType ofType(List<LocalGrant> grants) {
        var all = new OfType();
        var rest = new ArrayList<LocalGrant>();
        for (LocalGrant grant : grants) {
            Capability capability = grant.capability();
            if (capability.isExact()) {
                all.exact.add(capability.base().hashCode(), grant);
            } else if (capability.isTree()) {
                all.trees.add(withoutSeparator(capability.base()).hashCode(), grant);
            } else {
                rest.add(grant);
            }
        }
        all.rest = rest.toArray(LocalGrant[]::new);
        return all;
    }

    /** A tree is looked for at each separator, without it: so is {@code /**}, and {@code **} at the very start. */
    private static String withoutSeparator(String base) {
        boolean ends = !base.isEmpty() && isSeparator(base.charAt(base.length() - 1));
        return ends ? base.substring(0, base.length() - 1) : base;
    }

    private static boolean isSeparator(char c) {
        return c == '/' || c == '.';
    }

    boolean isOf(LocalAuthority other) {
        return authority == other;
    }

    /** {@return the grant to use for an action; null if none permits it now} */
    @Nullable
    LocalGrant best(PrincipalId principal, Action action) {
        LocalGrant best = better(null, roots, principal, action);
        OfType type = types.get(action.type());
        if (type == null || LocalGrant.isThereAndFree(best)) {
            return best;
        }
        best = better(best, type.exact.at(action.resource().hashCode()), principal, action);
        best = type.trees.isEmpty() ? best : betterTree(best, type.trees, principal, action);
        return better(best, type.rest, principal, action);
    }

    private static @Nullable LocalGrant betterTree(
            @Nullable LocalGrant known, Places trees, PrincipalId principal, Action action) {
        String resource = action.resource();
        LocalGrant best = better(known, trees.at(0), principal, action);
        int hash = 0;
        for (int i = 0; i < resource.length() && !LocalGrant.isThereAndFree(best); i++) {
            char c = resource.charAt(i);
            if (isSeparator(c)) {
                best = better(best, trees.at(hash), principal, action);
            }
            hash = 31 * hash + c;
        }
        return better(best, trees.at(resource.hashCode()), principal, action);
    }

    private static @Nullable LocalGrant better(
            @Nullable LocalGrant known, LocalGrant[] candidates, PrincipalId principal, Action action) {
        LocalGrant best = known;
        for (int i = 0; i < candidates.length && !LocalGrant.isThereAndFree(best); i++) {
            best = candidates[i].orBetter(best, principal, action);
        }
        return best;
    }

    @Override
    public Grant get(int index) {
        return held.get(index);
    }

    @Override
    public int size() {
        return held.size();
    }

    /** Grants by a hash: open addressing over a table that is at most half full. */
    private static final class Places {
        private int[] hashes = new int[8];
        private LocalGrant[][] grants = empty(8);
        private int used;

        private static LocalGrant[][] empty(int size) {
            var places = new LocalGrant[size][];
            Arrays.fill(places, NONE);
            return places;
        }

        void add(int hash, LocalGrant grant) {
            if (2 * (used + 1) > hashes.length) {
                grow();
            }
            int place = place(hash);
            used += grants[place].length == 0 ? 1 : 0;
            hashes[place] = hash;
            grants[place] = Arrays.copyOf(grants[place], grants[place].length + 1);
            grants[place][grants[place].length - 1] = grant;
        }

        private void grow() {
            int[] oldHashes = hashes;
            LocalGrant[][] old = grants;
            hashes = new int[2 * old.length];
            grants = empty(2 * old.length);
            for (int i = 0; i < old.length; i++) {
                if (old[i].length > 0) {
                    int place = place(oldHashes[i]);
                    hashes[place] = oldHashes[i];
                    grants[place] = old[i];
                }
            }
        }

        boolean isEmpty() {
            return used == 0;
        }

        /** Where the grants of a hash are, or would be. */
        private int place(int hash) {
            int mask = hashes.length - 1;
            int place = (hash ^ hash >>> 15) & mask;
            while (grants[place].length > 0 && hashes[place] != hash) {
                place = (place + 1) & mask;
            }
            return place;
        }

        LocalGrant[] at(int hash) {
            return grants[place(hash)];
        }
    }
}
