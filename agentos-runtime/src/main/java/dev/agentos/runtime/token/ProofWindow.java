package dev.agentos.runtime.token;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.VerifyingKey;
import dev.agentos.runtime.schedule.SteadyClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/*
 * A proof is good for a minute before and after its time, and what was accepted is remembered until nothing of that time can be good any
 * more. Of that, a store keeps one time for each holder, up to which its proofs may have been accepted: after a restart, proofs from before
 * it are refused, and so are those from before the start. The start alone would not do: a proof may be a minute ahead, and the clock may
 * have been set back meanwhile. The time is in whole seconds, so that it is written once a second at most.
 */
/** The requests of the last two minutes. Only those count that are signed right: others cannot fill it. Thread-safe. */
final class ProofWindow {
    static final Duration SKEW = Duration.ofMinutes(1);

    /** How long a time is kept for the next start: no clock is off by more. */
    private static final Duration KEPT = Duration.ofDays(1);

    private static final int FIRST_PURGE = 1_024;

    private final SteadyClock clock;
    private final TokenBook book;
    private final int mostOfOne;
    private final int most;
    /** By holder: what an earlier run has accepted is from before this. */
    private final Map<String, Instant> earlier = new HashMap<>();

    /** Held while a time is written. */
    private final ReentrantLock marking = new ReentrantLock();

    /** By holder: what this run has accepted is from before this, and the store knows. Guarded by marking, as is the next. */
    private final Map<VerifyingKey, Instant> marks = new HashMap<>();

    private int purgeAt = FIRST_PURGE;
    private final Queue<Seen> queue = new ArrayDeque<>(); // guarded by this, as is the other
    private final Map<VerifyingKey, Set<String>> nonces = new HashMap<>();
    private int size; // guarded by this

    /**
     * @param mostOfOne how many requests of one holder are remembered
     * @param most how many of all
     */
    ProofWindow(SteadyClock clock, TokenBook book, int mostOfOne, int most) {
        this.clock = clock;
        this.book = book;
        this.mostOfOne = mostOfOne;
        this.most = most;
        book.all(TokenBook.PROOFS).forEach((holder, mark) -> earlier.put(holder, Instant.parse(mark.text())));
    }

    /** An accepted request. */
    private record Seen(VerifyingKey holder, String nonce, Instant until) {}

    /**
     * Takes a request whose signature is right.
     *
     * @throws TokenException if it is too old or too new, was there before, or there are too many
     */
    void accept(VerifyingKey holder, RequestProof proof) {
        take(holder, proof);
        mark(holder, proof.time());
    }

    private synchronized void take(VerifyingKey holder, RequestProof proof) {
        forget();
        requireInTime(holder, proof.time());
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
        queue.add(new Seen(holder, proof.nonce(), proof.time().plus(SKEW)));
        size++;
    }

    private void requireInTime(VerifyingKey holder, Instant signed) {
        Instant now = clock.now();
        if (signed.isBefore(now.minus(SKEW)) || signed.isAfter(now.plus(SKEW))) {
            throw new TokenException(
                    TokenFault.STALE_PROOF, "it was signed at " + signed + ", which is more than a minute off " + now);
        }
        if (signed.isBefore(clock.started()) || signed.isBefore(earlier.getOrDefault(holder.toString(), Instant.MIN))) {
            throw new TokenException(
                    TokenFault.STALE_PROOF,
                    "it was signed at " + signed
                            + ", and may have been accepted before this system started: sign it anew");
        }
    }

    /** Those at the head were accepted first; one that must stay keeps those behind it, which are not much younger. */
    private void forget() {
        Instant now = clock.counted();
        for (Seen oldest = queue.peek(); oldest != null && oldest.until().isBefore(now); oldest = queue.peek()) {
            queue.remove();
            size--;
            Set<String> mine = nonces.get(oldest.holder());
            if (mine != null && mine.remove(oldest.nonce()) && mine.isEmpty()) {
                nonces.remove(oldest.holder());
            }
        }
    }

    /** Has the store know that a request of this time was accepted, before it counts. */
    private void mark(VerifyingKey holder, Instant signed) {
        marking.lock();
        try {
            Instant known = marks.get(holder);
            if (known == null || !signed.isBefore(known)) {
                Instant mark = signed.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
                book.put(TokenBook.PROOFS, holder.toString(), JsonValue.of(mark.toString()), mark.plus(KEPT));
                forgetMarks();
                marks.put(holder, mark);
            }
        } finally {
            marking.unlock();
        }
    }

    private void forgetMarks() {
        if (marks.size() >= purgeAt) {
            Instant now = clock.counted();
            marks.values().removeIf(mark -> mark.isBefore(now));
            purgeAt = Math.max(FIRST_PURGE, 2 * marks.size());
        }
    }
}
