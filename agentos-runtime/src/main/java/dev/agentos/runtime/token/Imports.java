package dev.agentos.runtime.token;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.token.SignedToken;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/*
 * A token becomes a tree of grants that mirrors its blocks: below what its issuer is trusted with, the grants of its first block; below
 * these, those of each second block that was ever imported; and so on. Attenuations of one token meet in the blocks that they share, and
 * there are counted together: five uses are five, by however many ways they come in. The grants of the last block have the holder of the
 * token; below them hang those that somebody of this runtime uses.
 */
/** The tokens that this run has imported. Thread-safe. */
final class Imports {
    /** How many may be good at a time. */
    static final int MOST = 10_000;

    /** How many blocks and importers one token may have. */
    static final int MOST_OF_ONE = 256;

    private static final String BLOCKS = "blocks";
    private static final String HELD = "held";
    private static final String ROOT = "root";
    private static final int FIRST_PURGE = 256;

    private final TokenDesk desk;
    private final Map<String, JsonValue> ofEarlierRuns;
    private final Map<String, Tree> trees = new HashMap<>(); // by the id of the first block; guarded by this
    private int purgeAt = FIRST_PURGE; // guarded by this

    Imports(TokenDesk desk) {
        this.desk = desk;
        this.ofEarlierRuns = desk.book().all(TokenBook.IMPORTED);
    }

    /** What has become of one token. */
    private static final class Tree {
        private final Instant expires;
        private final Map<String, List<Grant>> blocks = new HashMap<>();
        /** By block and holder; without those that an earlier run has revoked. */
        private final Map<String, List<Grant>> held = new HashMap<>();

        /** Why blocks that an earlier run has imported do not come back. */
        private final Map<String, TokenFault> gone = new HashMap<>();

        /** What is held as numbers, with those that were revoked: what was taken from somebody is not to be had by another import. */
        private final Map<String, JsonValue> numbers = new HashMap<>();

        Tree(Instant expires) {
            this.expires = expires;
        }

        int size() {
            return blocks.size() + held.size();
        }
    }

    /**
     * Returns the grants that somebody has by a token, and makes those that are missing.
     *
     * @param root what its issuer is trusted with
     * @throws TokenException if it was revoked, or what that one had by it was, or what was counted of it is gone
     */
    synchronized List<Grant> of(SignedToken token, List<Grant> root, PrincipalId holder) {
        // Once more: whoever revoked it since it was verified may have looked here before there was anything to cut.
        desk.requireNotRevoked(token);
        Tree tree = trees.get(token.id());
        if (tree == null) {
            forgetExpired();
            requireRoom(trees.size(), MOST);
            tree = earlier(token, root);
        }
        requireThere(token, tree);
        List<Grant> known = tree.held.get(importer(token, holder));
        if (known == null) {
            requireRoom(tree.size(), MOST_OF_ONE);
            return grown(tree, token, root, holder);
        }
        List<Grant> left = known.stream().filter(grant -> !grant.revoked()).toList();
        if (left.isEmpty()) {
            throw new TokenException(TokenFault.REVOKED, "what " + holder + " has imported of it");
        }
        return left;
    }

    private static String importer(SignedToken token, PrincipalId holder) {
        return token.blocks().getLast().revocationId() + " " + holder;
    }

    /** Looks at all of them only when there are twice as many as were left the last time. */
    private void forgetExpired() {
        if (trees.size() >= purgeAt) {
            Instant now = desk.clock().counted();
            trees.values().removeIf(tree -> !tree.expires.isAfter(now));
            purgeAt = Math.clamp(2L * trees.size(), FIRST_PURGE, MOST);
        }
    }

    private static void requireRoom(int there, int most) {
        if (there >= most) {
            throw new TokenException(TokenFault.TOO_MANY, most + " imports are remembered, which is the most");
        }
    }

    /**
     * Brings back what an earlier run has made of a token. A block that does not come back was revoked, unless that is since its issuer was not
     * trusted for a while: a store does not keep for ever what has ended.
     */
    private Tree earlier(SignedToken token, List<Grant> root) {
        var tree = new Tree(token.blocks().getFirst().claims().expires());
        JsonValue stored = ofEarlierRuns.get(token.id());
        if (stored == null) {
            return tree;
        }
        boolean trustedSince = stored.find(ROOT).equals(Optional.of(JsonValue.of(ClaimsJson.numbers(root))));
        for (String id : stored.at(BLOCKS).asObject().members().keySet()) {
            List<Grant> grants = woken(stored.at(BLOCKS).at(id));
            if (!grants.isEmpty()) {
                tree.blocks.put(id, grants);
            } else {
                boolean revoked = trustedSince || wereRevoked(stored.at(BLOCKS).at(id));
                tree.gone.put(id, revoked ? TokenFault.REVOKED : TokenFault.FORGOTTEN);
            }
        }
        stored.find(HELD)
                .ifPresent(held -> held.asObject().members().forEach((importer, numbers) -> {
                    if (tree.blocks.containsKey(importer.substring(0, importer.indexOf(' ')))) {
                        tree.numbers.put(importer, numbers);
                        tree.held.put(importer, thoseThatComeBack(numbers));
                    }
                }));
        return tree;
    }

    private List<Grant> thoseThatComeBack(JsonValue numbers) {
        return ClaimsJson.longs(numbers).stream()
                .map(desk.shelf()::wake)
                .filter(Objects::nonNull)
                .toList();
    }

    private boolean wereRevoked(JsonValue numbers) {
        return ClaimsJson.longs(numbers).stream().anyMatch(desk.shelf()::wasRevoked);
    }

    /** {@return the grants of these numbers; none if one does not come back} */
    private List<Grant> woken(JsonValue numbers) {
        var grants = new ArrayList<Grant>();
        for (Long number : ClaimsJson.longs(numbers)) {
            Grant grant = desk.shelf().wake(number);
            if (grant == null) {
                return List.of();
            }
            grants.add(grant);
        }
        return grants;
    }

    private static void requireThere(SignedToken token, Tree tree) {
        for (String id : token.revocationIds()) {
            TokenFault fault = tree.gone.get(id);
            if (fault == TokenFault.REVOKED) {
                throw new TokenException(fault, "what was imported of block " + id);
            }
            if (fault != null && isCounted(token)) {
                throw new TokenException(
                        fault, "an earlier run imported it, and what was counted of it is gone with that");
            }
        }
    }

    private static boolean isCounted(SignedToken token) {
        return token.blocks().stream()
                .flatMap(block -> block.claims().capabilities().stream())
                .anyMatch(capability -> Exports.counted(capability) != null);
    }

    private List<Grant> grown(Tree tree, SignedToken token, List<Grant> root, PrincipalId holder) {
        List<Grant> above = root;
        for (SignedToken.Block block : token.blocks()) {
            List<Grant> from = above;
            above = tree.blocks.computeIfAbsent(block.revocationId(), id -> derived(from, block.claims()));
        }
        var held = new ArrayList<Grant>();
        String importer = importer(token, holder);
        try {
            for (Grant grant : above) {
                Capability capability = grant.capability().handedOn().orElse(grant.capability());
                held.add(desk.authority().derive(List.of(grant), holder, capability, GrantOrigin.IMPORTED));
            }
            desk.shelf().keep(held);
            tree.held.put(importer, List.copyOf(held));
            tree.numbers.put(importer, JsonValue.of(ClaimsJson.numbers(held)));
            trees.put(token.id(), tree);
            remember(token, tree, root);
            held.forEach(desk.shelf()::hand);
        } catch (RuntimeException e) {
            held.forEach(grant -> desk.shelf().revoke(grant, "its import failed"));
            tree.held.remove(importer);
            if (tree.numbers.remove(importer) != null) {
                remember(token, tree, root); // else it would be taken for revoked
            }
            throw e;
        }
        return List.copyOf(held);
    }

    /** Every block ends when it says: a capability of its own may say more. */
    private List<Grant> derived(List<Grant> from, TokenClaims claims) {
        PrincipalId holder = TokenDesk.principal(claims.holder());
        var made = new ArrayList<Grant>();
        try {
            for (Capability capability : claims.capabilities()) {
                Capability ending = capability.until(claims.expires());
                made.add(desk.authority().derive(from, holder, ending, GrantOrigin.IMPORTED));
            }
        } catch (RuntimeException e) {
            made.forEach(desk.authority()::revoke);
            throw e;
        }
        return List.copyOf(made);
    }

    /** In the store before anybody can use it. */
    private void remember(SignedToken token, Tree tree, List<Grant> root) {
        var blocks = new HashMap<String, Object>();
        tree.blocks.forEach((id, grants) -> blocks.put(id, ClaimsJson.numbers(grants)));
        JsonValue all = JsonValue.of(Map.of(ROOT, ClaimsJson.numbers(root), BLOCKS, blocks, HELD, tree.numbers));
        desk.book().put(TokenBook.IMPORTED, token.id(), all, tree.expires);
    }

    /** Revokes what came of a block, and so of all after it. */
    synchronized void revoke(String id, String reason) {
        for (Tree tree : trees.values()) {
            tree.blocks
                    .getOrDefault(id, List.of())
                    .forEach(grant -> desk.shelf().revoke(grant, reason));
        }
        for (JsonValue earlier : ofEarlierRuns.values()) {
            earlier.at(BLOCKS)
                    .find(id)
                    .ifPresent(numbers ->
                            woken(numbers).forEach(grant -> desk.shelf().revoke(grant, reason)));
        }
    }
}
