package dev.agentos.biscuit;

import dev.agentos.api.AgentId;
import dev.agentos.api.Limits;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.api.token.TokenRequest;
import dev.agentos.api.token.TokenTerms;
import dev.agentos.api.token.Tokens;
import dev.agentos.runtime.event.EventBus;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Exceeded;
import dev.agentos.runtime.gate.Gate;
import dev.agentos.runtime.gate.LimitAccount;
import dev.agentos.runtime.gate.LimitPolicy;
import dev.agentos.runtime.gate.SendRights;
import dev.agentos.runtime.store.HeapStorage;
import dev.agentos.runtime.token.GrantShelf;
import dev.agentos.runtime.token.TokenBook;
import dev.agentos.runtime.token.TokenDesk;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A runtime reduced to gate, authority and tokens, of which a test sees the authority too. */
final class TokenSystem implements AutoCloseable {
    static final Instant START = Instant.parse("2026-06-01T00:00:00Z");

    /** Of all systems: no number is used again over one store. */
    private static final AtomicLong NUMBERS = new AtomicLong();

    final TimeSource clock;
    final Storage storage;
    final Authority authority;
    final List<Grant> root;
    final List<Grant> handed = new ArrayList<>();
    private final Shelf shelf = new Shelf();
    final TokenDesk desk;
    final Tokens tokens;

    TokenSystem(TokenOptions options, TimeSource clock) {
        this(options, clock, new HeapStorage(1_000), new TokenBook.InMemory());
    }

    TokenSystem(TokenOptions options, TimeSource clock, Storage storage, TokenBook book) {
        this.clock = clock;
        this.storage = storage;
        this.authority = Providers.named(AuthorityProvider.class, "local").open(clock, NUMBERS::incrementAndGet);
        this.root = List.of(authority.mintRoot(PrincipalId.HOST));
        Gate gate = Gate.open(authority, List.of(), storage, new EventBus(storage, clock));
        this.desk = TokenDesk.open(new TokenDesk.Needs(gate, authority, clock, book, shelf, root), options);
        this.tokens = desk.of(new Host(PrincipalId.HOST, root));
    }

    static ManualClock clock() {
        return ManualClock.startingAt(START);
    }

    /** {@return the tokens in the hands of somebody who has nothing but this} */
    Tokens inHandsOf(PrincipalId who, String... capabilities) {
        var grants = new ArrayList<Grant>();
        for (String capability : capabilities) {
            grants.add(authority.derive(root, who, Capability.parse(capability)));
        }
        return desk.of(new Host(who, grants));
    }

    Grant granted(PrincipalId who, String capability) {
        return authority.derive(root, who, Capability.parse(capability));
    }

    TokenTerms terms(SigningKey holder, String... audience) {
        return new TokenTerms(Set.of(audience), clock.now().plus(Duration.ofHours(1)), holder.verifyingKey());
    }

    String mint(SigningKey holder, String audience, String... capabilities) {
        List<Capability> parsed = Stream.of(capabilities).map(Capability::parse).toList();
        return tokens.export(parsed, terms(holder, audience)).token();
    }

    /** What a holder sends along to have a token imported here. */
    RequestProof proof(String token, SigningKey holder) {
        return TokenRequest.toImport(token, tokens.audience()).sign(holder, clock.now());
    }

    List<Grant> imported(String token, SigningKey holder, PrincipalId who) {
        return tokens.importToken(token, proof(token, holder), who);
    }

    /** Uses a grant once. {@return whether that was permitted} */
    boolean uses(Grant grant, String resource, String verb) {
        Action action = Action.of(resource, verb);
        if (!(authority.check(grant.holder(), List.of(grant), action) instanceof Authority.Ruling.Allowed)) {
            return false;
        }
        Authority.Use use = authority.begin(grant, action);
        if (use != null) {
            use.close();
        }
        return use != null;
    }

    List<ActionRecord> records() {
        return storage.actions().find(ActionQuery.all());
    }

    @Override
    public void close() {
        desk.close();
        commit(authority.takeUses());
        storage.close();
    }

    /** {@return a grant that is kept, brought back} */
    Grant wake(long id) {
        return Objects.requireNonNull(shelf.wake(id));
    }

    private void commit(List<? extends StoredRow> rows) {
        storage.commit(List.copyOf(rows), Durability.DURABLE)
                .toCompletableFuture()
                .join();
    }

    /** What a kernel does with grants, in short. */
    private final class Shelf implements GrantShelf {
        private final Map<Long, Grant> woken = new HashMap<>();

        @Override
        public void keep(List<Grant> grants) {
            grants.forEach(grant -> commit(authority.keep(grant)));
        }

        @Override
        public @Nullable Grant wake(long id) {
            Grant known = woken.get(id);
            if (known != null) {
                return known;
            }
            Storage.StoredGrant stored = storage.grants().find(id).orElse(null);
            if (stored == null || stored.end() != null) {
                return null;
            }
            Long above = stored.grant().parent();
            Grant parent = above == null ? root.getFirst() : wake(above);
            if (parent == null) {
                return null;
            }
            Grant grant = authority.restore(stored, parent);
            woken.put(id, grant);
            return grant;
        }

        @Override
        public boolean wasRevoked(long id) {
            return storage.grants()
                    .find(id)
                    .filter(stored -> stored.end() != null)
                    .isPresent();
        }

        @Override
        public void hand(Grant made) {
            handed.add(made);
        }

        @Override
        public void revoke(Grant grant, String reason) {
            authority.revoke(grant);
            commit(List.of(new StoredRow.GrantEndRow(grant.id(), clock.now(), PrincipalId.HOST, reason)));
        }
    }

    /** Somebody who is no agent. */
    private record Host(PrincipalId principal, List<Grant> grants, LimitAccount account, SendRights sendRights)
            implements Actor {
        Host(PrincipalId principal, List<Grant> grants) {
            this(
                    principal,
                    List.copyOf(grants),
                    new LimitAccount(null, new LimitPolicy(Limits.unlimited(), clock()), null),
                    new SendRights());
        }

        @Override
        public @Nullable AgentId agent() {
            return null;
        }

        @Override
        public Address address() {
            return Address.of("@" + principal);
        }

        @Override
        public boolean implicitly(Action action) {
            return false;
        }

        @Override
        public void crossing() {}

        @Override
        public void checkStopped() {}

        @Override
        public void limitReached(Exceeded met) {
            throw met.exception();
        }
    }
}
