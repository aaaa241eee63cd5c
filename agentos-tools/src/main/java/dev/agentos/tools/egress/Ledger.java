package dev.agentos.tools.egress;

import dev.agentos.api.spi.SandboxResult.Peer;
import dev.agentos.api.spi.SandboxResult.Traffic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What went through, and what did not. Thread-safe; bounded. */
final class Ledger {
    private static final int MOST = 64;
    private static final int LONGEST = 300;
    private static final String OTHERS = "…";

    private final Map<String, Account> accounts = new LinkedHashMap<>(); // guarded by itself
    private final List<String> refusals = new ArrayList<>(); // guarded by accounts
    private long refused; // guarded by accounts

    /** Bytes to one peer and from it. */
    record Account(AtomicLong connections, AtomicLong sent, AtomicLong received) {
        private Account() {
            this(new AtomicLong(), new AtomicLong(), new AtomicLong());
        }
    }

    /** Counts a connection to a peer, whose account is returned. */
    Account connected(String peer) {
        synchronized (accounts) {
            String name = accounts.containsKey(peer) || accounts.size() < MOST ? peer : OTHERS;
            Account account = accounts.computeIfAbsent(name, ignored -> new Account());
            account.connections.incrementAndGet();
            return account;
        }
    }

    void refused(String what) {
        synchronized (accounts) {
            refused++;
            if (refusals.size() < MOST) {
                refusals.add(what.length() > LONGEST ? what.substring(0, LONGEST) + "…" : what);
            }
        }
    }

    List<String> refusals() {
        synchronized (accounts) {
            return List.copyOf(refusals);
        }
    }

    Traffic traffic() {
        synchronized (accounts) {
            List<Peer> peers = accounts.entrySet().stream()
                    .map(entry -> new Peer(
                            entry.getKey(),
                            entry.getValue().connections.get(),
                            entry.getValue().sent.get(),
                            entry.getValue().received.get()))
                    .toList();
            return new Traffic(peers, refused);
        }
    }
}
