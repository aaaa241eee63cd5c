package dev.agentos.runtime.token;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.VerifyingKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/*
 * A proof is good for a minute before and after its time, and what was accepted is remembered until nothing of that time can be good any
 * more. Nothing of it is stored: a proof from before the start is refused instead, so that a restart forgets nothing that matters.
 *
 * Time is the later of two clocks, the one on the wall and the start plus what the monotonic one has counted: setting the first back does
 * not bring old proofs to life, and the second stands still while a machine sleeps. What is remembered is dropped only when both have
 * passed it; a clock that was set forward and back again forgets nothing either.
 */
/** The requests of the last two minutes. Only those count that are signed right: others cannot fill it. Thread-safe. */
final class ProofWindow {
    static final Duration SKEW = Duration.ofMinutes(1);

    private final TimeSource time;
    private final Instant started;
    private final long startNanos;
    private final int mostOfOne;
    private final int most;
    private final Queue<Seen> queue = new ArrayDeque<>(); // guarded by this, as is the other
    private final Map<VerifyingKey, Set<String>> nonces = new HashMap<>();
    private int size; // guarded by this

    /**
     * @param mostOfOne how many requests of one holder are remembered
     * @param most how many of all
     */
    ProofWindow(TimeSource time, int mostOfOne, int most) {
        this.time = time;
        this.started = time.now();
        this.startNanos = time.nanoTime();
        this.mostOfOne = mostOfOne;
        this.most = most;
    }

    /** An accepted request. */
    private record Seen(VerifyingKey holder, String nonce, Instant until, long untilNanos) {}

    /**
     * Takes a request whose signature is right.
     *
     * @throws TokenException if it is too old or too new, was there before, or there are too many
     */
    synchronized void accept(VerifyingKey holder, RequestProof proof) {
        Instant now = now();
        forget(now);
        requireInTime(proof.time(), now);
        Set<String> mine = nonces.getOrDefault(holder, Set.of());
        if (mine.contains(proof.nonce())) {
            throw new TokenException(TokenFault.REPLAYED, "this request of " + holder + " was made before");
        }
        if (mine.size() >= mostOfOne || size >= most) {
            throw new TokenException(
                    TokenFault.TOO_MANY,
                    mine.size() >= mostOfOne
                            ? holder + " has made " + mostOfOne + " requests within two minutes"
                            : most + " requests are remembered");
        }
        nonces.computeIfAbsent(holder, key -> new HashSet<>()).add(proof.nonce());
        queue.add(new Seen(holder, proof.nonce(), proof.time().plus(SKEW), time.nanoTime() + 2 * SKEW.toNanos()));
        size++;
    }

    private void requireInTime(Instant signed, Instant now) {
        if (signed.isBefore(now.minus(SKEW)) || signed.isAfter(now.plus(SKEW))) {
            throw new TokenException(
                    TokenFault.STALE_PROOF, "it was signed at " + signed + ", which is more than a minute off " + now);
        }
        if (signed.isBefore(started)) {
            throw new TokenException(
                    TokenFault.STALE_PROOF,
                    "it was signed at " + signed + ", before this system started: sign it anew");
        }
    }

    private Instant now() {
        Instant wall = time.now();
        Instant counted = started.plusNanos(time.nanoTime() - startNanos);
        return wall.isAfter(counted) ? wall : counted;
    }

    /** Those at the head were accepted first; one that must stay keeps those behind it, which are not much younger. */
    private void forget(Instant now) {
        for (Seen oldest = queue.peek(); oldest != null && isOver(oldest, now); oldest = queue.peek()) {
            queue.remove();
            size--;
            Set<String> mine = nonces.get(oldest.holder());
            if (mine != null && mine.remove(oldest.nonce()) && mine.isEmpty()) {
                nonces.remove(oldest.holder());
            }
        }
    }

    private boolean isOver(Seen seen, Instant now) {
        return seen.until().isBefore(now) && time.nanoTime() - seen.untilNanos() > 0;
    }
}
