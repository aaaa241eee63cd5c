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
import dev.agentos.api.token.VerifyingKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

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

    private static final String ROOT = "root";
    private static final String ISSUER = "issuer";
    private static final String BLOCKS = "blocks";

    private final TokenDesk desk;
    private final Map<String, JsonValue> ofEarlierRuns;
    private final Map<String, Tree> trees = new HashMap<>(); // by the id of the first block; guarded by this

    Imports(TokenDesk desk) {
        this.desk = desk;
        this.ofEarlierRuns = desk.book().all(TokenBook.IMPORTED);
    }

    /** What has become of one token. */
    private static final class Tree {
        private final Instant expires;
        private final Map<String, List<Grant>> blocks = new HashMap<>();
        private final Map<String, List<Grant>> held = new HashMap<>();

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
     */
    synchronized List<Grant> of(SignedToken token, List<Grant> root, PrincipalId holder) {
        Instant now = desk.time().now();
        trees.values().removeIf(tree -> !tree.expires.isAfter(now));
        Tree tree = trees.get(token.id());
        if (tree == null) {
            requireRoom(trees.size(), MOST);
            requireNotForgotten(token);
            tree = new Tree(token.blocks().getFirst().claims().expires());
        }
        String last = token.blocks().getLast().revocationId();
        List<Grant> known = tree.held.get(last + " " + holder);
        if (known != null) {
            return known;
        }
        requireRoom(tree.size(), MOST_OF_ONE);
        return grown(tree, token, root, holder);
    }

    private static void requireRoom(int there, int most) {
        if (there >= most) {
            throw new TokenException(TokenFault.TOO_MANY, most + " imports are remembered, which is the most");
        }
    }

    /** What an earlier run has counted is not known; what nobody counts is harmless. */
    private void requireNotForgotten(SignedToken token) {
        boolean counted = token.blocks().stream()
                .flatMap(block -> block.claims().capabilities().stream())
                .anyMatch(capability -> Exports.counted(capability) != null);
        if (counted && ofEarlierRuns.containsKey(token.id())) {
            throw new TokenException(
                    TokenFault.FORGOTTEN,
                    "it was imported by an earlier run, and what it limits was counted there: have a new one minted");
        }
    }

    private List<Grant> grown(Tree tree, SignedToken token, List<Grant> root, PrincipalId holder) {
        List<Grant> above = root;
        for (SignedToken.Block block : token.blocks()) {
            List<Grant> from = above;
            above = tree.blocks.computeIfAbsent(block.revocationId(), id -> derived(from, block.claims()));
        }
        var held = new ArrayList<Grant>();
        try {
            for (Grant grant : above) {
                Capability capability = grant.capability().handedOn().orElse(grant.capability());
                held.add(desk.authority().derive(List.of(grant), holder, capability, GrantOrigin.IMPORTED));
            }
            String last = token.blocks().getLast().revocationId();
            tree.held.put(last + " " + holder, List.copyOf(held));
            trees.put(token.id(), tree);
            remember(token, tree, root);
            held.forEach(desk.shelf()::hand);
        } catch (RuntimeException e) {
            tree.held.remove(token.blocks().getLast().revocationId() + " " + holder);
            held.forEach(desk.authority()::revoke);
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
                Capability ending = capability.where("expires=" + claims.expires());
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
        tree.blocks.forEach((id, grants) -> blocks.put(id, numbers(grants)));
        JsonValue value =
                JsonValue.of(Map.of(ROOT, numbers(root), ISSUER, token.issuer().toString(), BLOCKS, blocks));
        desk.book().put(TokenBook.IMPORTED, token.id(), value, tree.expires);
    }

    private static List<Long> numbers(List<Grant> grants) {
        return grants.stream().map(Grant::id).toList();
    }

    /** Revokes what came of a block, and so of all after it. */
    synchronized void revoke(String id, String reason) {
        for (Tree tree : trees.values()) {
            tree.blocks.getOrDefault(id, List.of()).forEach(grant -> {
                desk.authority().revoke(grant);
                desk.shelf().revoke(grant.id(), reason);
            });
        }
        for (JsonValue earlier : ofEarlierRuns.values()) {
            earlier.at(BLOCKS).find(id).ifPresent(grants -> revokeAll(grants, reason));
        }
    }

    /** Revokes what an earlier run has imported from those who are not trusted any more. */
    void requireTrust(Predicate<VerifyingKey> trusted) {
        for (JsonValue earlier : ofEarlierRuns.values()) {
            VerifyingKey issuer = VerifyingKey.parse(earlier.at(ISSUER).text());
            if (!trusted.test(issuer)) {
                revokeAll(earlier.at(ROOT), "its issuer, " + issuer + ", is not trusted any more");
            }
        }
    }

    private void revokeAll(JsonValue numbers, String reason) {
        numbers.asArray()
                .elements()
                .forEach(number -> desk.shelf().revoke(number.number().longValueExact(), reason));
    }
}
