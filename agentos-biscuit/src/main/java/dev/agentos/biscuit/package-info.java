/**
 * Capability tokens as Biscuits (version 3 blocks, Ed25519 between the blocks), such that any implementation of Biscuit can verify
 * them.
 *
 * <p>The first block says, in Datalog:
 *
 * <pre>
 * agentos_token(1);
 * capability("file:/data/** read; maxBytes=1MB");
 * holder("ed25519/…");
 * check if using("file:/data/** read; maxBytes=1MB");
 * check if audience("desk-2") or audience("desk-3");
 * check if time($now), $now &lt; 2026-12-31T00:00:00Z;
 * </pre>
 *
 * <p>There are 1 to 16 different capabilities in their canonical text, and {@code using} names the same ones. A verifier of another
 * make looks for a capability that covers what is asked, and states {@code time}, {@code audience} (its own name) and {@code using}
 * (the texts that cover it). Later blocks, each of which is optional in every part, say what is left:
 *
 * <pre>
 * capability("file:/data/a.csv read; maxBytes=1MB");
 * check if using("file:/data/a.csv read; maxBytes=1MB");
 * check if audience("desk-2");
 * check if time($now), $now &lt; 2026-12-30T00:00:00Z;
 * holder("ed25519/…");
 * handover("…");
 * </pre>
 *
 * <p>A verifier that looks at the first block only states too little for the {@code using} of a later one, and so refuses. A later
 * block that names another holder carries {@code handover}: the signature, in lower-case hexadecimal digits, of the holder before
 * under {@code agentos-handover/1}, the signature of the block before in the same digits, and the {@linkplain
 * dev.agentos.api.token.TokenClaims#text() claims} that are left, a line each. Without it a thief could append a block that names
 * his own key.
 *
 * <p>Anything else in a block (rules, other facts or checks, scopes, contexts, signatures of third parties, fields that are not
 * known) is refused, not ignored, before any Datalog runs; so there is no Datalog to run here. The key of the issuer may be Ed25519
 * or P-256; which it is says the one who trusts it, not the token.
 */
@NullMarked
package dev.agentos.biscuit;

import org.jspecify.annotations.NullMarked;
