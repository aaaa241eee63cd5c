package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.api.spi.Authority.Use;
import dev.agentos.api.spi.Storage.StoredGrant;
import dev.agentos.api.spi.StoredRow.GrantEndRow;
import dev.agentos.api.spi.StoredRow.GrantRow;
import dev.agentos.api.spi.StoredRow.GrantUseRow;
import dev.agentos.security.LocalAuthorityTest.SettableTime;
import dev.agentos.security.StatefulGrant.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real authority with a store of a few rows, and what both should be like. */
final class StatefulWorld {
    /** What has to occur in a good part of the histories. */
    static final List<String> SEEN = List.of(
            "refused wider", "use begun", "use refused", "revoked above", "expired", "restored", "ended for good");

    private static final List<PrincipalId> PEOPLE =
            List.of(PrincipalId.user("alice"), PrincipalId.user("bob"), PrincipalId.user("carol"));

    final Map<String, Integer> seen = new TreeMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private SettableTime time = new SettableTime(Instant.parse("2026-03-02T12:00:00Z"));
    private Instant latest = time.now(); // that any clock has shown
    private Instant known = Instant.MIN; // that the store has told this authority of
    private Authority authority;
    private final List<StatefulGrant> grants = new ArrayList<>();
    private final List<Grant> ofBefore = new ArrayList<>(); // grants of runtimes that have ended
    private final List<Open> open = new ArrayList<>();

    private final TreeMap<Long, GrantRow> rows = new TreeMap<>();
    private final Map<Long, GrantUseRow> uses = new HashMap<>();
    private final Map<Long, GrantEndRow> ends = new HashMap<>();

    /** A use that has begun and not ended. */
    private record Open(Use use, StatefulGrant grant) {}

    StatefulWorld() {
        authority = open();
    }

    private Authority open() {
        Authority opened = new LocalAuthorityProvider().open(time, numbers::incrementAndGet);
        grants.add(new StatefulGrant(opened.mintRoot(PrincipalId.HOST), null, null, now()));
        return opened;
    }

    private Now now() {
        Instant wall = time.now();
        return new Now(
                wall,
                wall.isBefore(known) ? known : wall,
                Duration.ofNanos(time.nanoTime()).toSeconds());
    }

    private void saw(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    private StatefulGrant pick(int number) {
        return grants.get(number % grants.size());
    }

    private static PrincipalId person(int number) {
        return PEOPLE.get(number / 7 % PEOPLE.size());
    }

    /** Half of the time something that the giver has, so that chains get long. */
    private static StatefulRight asked(int number, StatefulGrant giver, StatefulRight right) {
        StatefulRight met = giver.right == null || number % 2 == 0 ? null : right.meet(giver.right);
        return met == null ? right : met;
    }

    // ---- deriving

    void derive(int number, StatefulRight right) {
        StatefulGrant one = pick(number);
        List<StatefulGrant> held =
                grants.stream().filter(grant -> grant.holder.equals(one.holder)).toList();
        StatefulRight asked = asked(number, one, right);

        made(
                held,
                asked,
                person(number),
                () -> authority.derive(real(held), person(number), asked.capability(), GrantOrigin.GRANTED));
    }

    void attenuate(int number, StatefulRight right) {
        StatefulGrant one = pick(number);
        if (one.parent != null) {
            StatefulRight asked = asked(number, one, right);
            made(List.of(one), asked, one.holder, () -> authority.attenuate(one.real, asked.capability()));
        }
    }

    void delegate(int number, StatefulRight right) {
        StatefulGrant one = pick(number);
        if (number % 5 == 0 && one.right != null) {
            boolean ends = one.right.number(StatefulRight.Kind.HANDING_ON) == 0;
            StatefulRight all = ends ? one.right : one.right.handedOn();
            made(List.of(one), all, person(number), () -> authority.delegate(one.real, null, person(number)));
        } else {
            StatefulRight asked = asked(number, one, right);
            made(
                    List.of(one),
                    asked,
                    person(number),
                    () -> authority.delegate(one.real, asked.capability(), person(number)));
        }
    }

    private void made(List<StatefulGrant> from, StatefulRight asked, PrincipalId to, Supplier<Grant> maker) {
        List<StatefulGrant> givers =
                from.stream().filter(grant -> grant.gives(asked, to)).toList();
        if (givers.isEmpty()) {
            assertThatThrownBy(maker::get).as("%s for %s", asked, to).isInstanceOf(DeniedException.class);
            saw("refused wider");
            return;
        }
        Now made = now();
        Grant grant = maker.get();
        Grant above = grant.parent().orElseThrow();
        StatefulGrant parent =
                givers.stream().filter(giver -> giver.real == above).findFirst().orElseThrow();
        assertThat(parent.isFree() || givers.stream().noneMatch(StatefulGrant::isFree))
                .isTrue();
        assertThat(grant.capability()).isEqualTo(asked.capability());
        assertThat(grant.holder()).isEqualTo(to);
        assertThat(grant.created()).isEqualTo(made.known());
        grants.add(new StatefulGrant(grant, asked, parent, made));
    }

    private static List<Grant> real(List<StatefulGrant> some) {
        return some.stream().map(grant -> grant.real).toList();
    }

    // ---- using

    private static Action action(int number, int amount) {
        return Action.of("tool:" + (number % 3 == 0 ? "a" : "b"), "call").with("n", amount);
    }

    void begin(int number, int amount) {
        StatefulGrant grant = pick(number);
        Action action = action(number, amount);
        boolean expected = grant.permits(action, now());

        Use use = authority.begin(grant.real, action);

        assertThat(use != null).as("use of %s for %s", grant.real, action).isEqualTo(expected);
        saw(expected ? "use begun" : "use refused");
        if (use != null) {
            grant.begin(now());
            open.add(new Open(use, grant));
        }
        if (!ofBefore.isEmpty()) {
            Grant old = ofBefore.get(number % ofBefore.size());
            assertThat(authority.begin(old, action))
                    .as("a grant of another runtime")
                    .isNull();
        }
    }

    void check(int number, int amount) {
        PrincipalId who = number % 9 == 0 ? PrincipalId.HOST : person(number);
        Action action = action(number, amount);
        List<StatefulGrant> usable = grants.stream()
                .filter(grant -> grant.holder.equals(who) && grant.permits(action, now()))
                .toList();

        Ruling ruling = authority.check(who, authority.prepare(real(grants)), action);

        switch (ruling) {
            case Ruling.Allowed(Grant grant, boolean cacheable) -> {
                assertThat(cacheable).isEqualTo(usable.stream().anyMatch(StatefulGrant::isFree));
                assertThat(find(usable, grant).right == null || !asks(find(usable, grant)))
                        .isTrue();
            }
            case Ruling.Asks(Grant grant, String reason, Duration expiry) -> {
                assertThat(asks(find(usable, grant))).isTrue();
                assertThat(usable).allMatch(StatefulWorld::asks);
            }
            case Ruling.Refused(String reason, String missing) ->
                assertThat(usable).as("%s may %s", who, action).isEmpty();
        }
    }

    private static boolean asks(StatefulGrant grant) {
        return grant.right != null && grant.right.asks();
    }

    private static StatefulGrant find(List<StatefulGrant> some, Grant real) {
        return some.stream().filter(grant -> grant.real == real).findFirst().orElseThrow();
    }

    void charge(int number, int amount) {
        if (!open.isEmpty()) {
            Open one = open.get(number % open.size());
            assertThat(one.use.charge(amount)).as("bytes fit").isEqualTo(one.grant.charge(amount));
        }
    }

    void close(int number) {
        if (!open.isEmpty()) {
            Open one = open.remove(number % open.size());
            one.use.close();
            one.use.close();
            one.grant.end();
        }
    }

    // ---- revoking, and time

    void revoke(int number) {
        StatefulGrant grant = pick(number);
        if (grant.parent != null) {
            authority.revoke(grant.real);
            grant.cut = true;
            if (grant.stored) {
                ends.putIfAbsent(
                        grant.real.id(), new GrantEndRow(grant.real.id(), time.now(), PrincipalId.HOST, "revoked"));
            }
        }
    }

    void pass(int seconds) {
        time.advance(Duration.ofSeconds(seconds));
        latest = latest.isBefore(time.now()) ? time.now() : latest;
    }

    /** Somebody sets the clock on the wall. */
    void set(int seconds) {
        time.set(time.now().plusSeconds(seconds));
        latest = latest.isBefore(time.now()) ? time.now() : latest;
    }

    // ---- the store

    void keep(int number) {
        StatefulGrant grant = pick(number);
        if (grant.revoked()) {
            return; // whether it is refused or its end comes along is the authority's business
        }
        List<StatefulGrant> fresh = grant.chain().reversed().stream()
                .filter(one -> one.parent != null && !one.stored)
                .toList();

        List<GrantRow> kept = authority.keep(grant.real);

        assertThat(kept.stream().map(GrantRow::id))
                .containsExactlyElementsOf(
                        fresh.stream().map(one -> one.real.id()).toList());
        kept.forEach(row -> rows.put(row.id(), row));
        fresh.forEach(one -> one.stored = true);
    }

    /** The store is told what was counted. */
    void flush() {
        for (GrantUseRow row : authority.takeUses()) {
            uses.put(row.grant(), row);
        }
        for (StatefulGrant grant : grants) {
            if (grant.stored) {
                GrantUseRow told = uses.get(grant.real.id());
                assertThat(told == null ? 0 : told.uses())
                        .as("told of %s", grant.real)
                        .isEqualTo(grant.used);
                assertThat(told == null ? 0 : told.bytes()).isEqualTo(counted(grant));
            }
        }
    }

    /** The runtime ends, or its process dies and the store was not told everything; and another one begins. */
    void restart(boolean told) {
        if (told) {
            flush();
        }
        var before = new HashMap<Long, StatefulGrant>();
        for (StatefulGrant grant : grants) {
            before.put(grant.real.id(), grant);
            ofBefore.add(grant.real);
        }
        grants.clear();
        open.clear();
        time = new SettableTime(latest);
        known = Instant.MIN;
        authority = open();
        var again = new HashMap<Long, StatefulGrant>();
        rows.forEach((id, row) -> restore(row, before.get(id), again));
        rows.keySet().retainAll(again.keySet());
        grants.addAll(again.values().stream()
                .sorted((one, other) -> Long.compare(one.real.id(), other.real.id()))
                .toList());
    }

    private void restore(GrantRow row, @Nullable StatefulGrant before, Map<Long, StatefulGrant> again) {
        StatefulGrant above = row.parent() == null ? grants.getFirst() : again.get(row.parent());
        if (above == null || before == null) {
            return; // it ended with what it was derived from
        }
        var stored = new StoredGrant(row, uses.get(row.id()), ends.get(row.id()));
        if (stored.end() != null) {
            assertThatThrownBy(() -> authority.restore(stored, above.real)).isInstanceOf(DeniedException.class);
            saw("ended for good");
            return;
        }
        Grant real = authority.restore(stored, above.real);
        knows(row.created());
        GrantUseRow use = stored.use();
        if (use != null && use.lastUse() != null) {
            knows(use.lastUse());
        }
        assertThat(real.id()).isEqualTo(row.id());
        assertThat(real.holder()).isEqualTo(before.holder);
        assertThat(real.capability()).isEqualTo(before.real.capability());
        again.put(row.id(), before.restored(real, above, use, now()));
        saw("restored");
    }

    private void knows(Instant told) {
        known = known.isBefore(told) ? told : known;
    }

    // ---- what holds after each step

    void check() {
        grants.forEach(grant -> grant.look(now()));
        for (StatefulGrant grant : grants) {
            assertThat(grant.real.revoked()).as("revoked: %s", grant.real).isEqualTo(grant.revoked());
            assertThat(grant.real.expired()).as("expired: %s", grant.real).isEqualTo(grant.expired());
            assertThat(grant.real.used()).as("uses of %s", grant.real).isEqualTo(grant.used);
            assertThat(grant.real.usage().inFlight())
                    .as("open uses of %s", grant.real)
                    .isEqualTo(grant.open);
            if (grant.revoked() && !grant.cut) {
                saw("revoked above");
            }
            if (grant.expired()) {
                saw("expired");
            }
            StatefulGrant parent = grant.parent;
            if (parent != null && parent.right != null) {
                assertThat(grant.right.isWithin(parent.right)).isTrue();
                assertThat(grant.real.capability().isWithin(parent.real.capability()))
                        .isTrue();
            }
        }
    }

    /** Bytes are counted where one of a chain limits something that is counted. */
    private static long counted(StatefulGrant grant) {
        return grant.real.usage().bytes() == 0 ? 0 : grant.bytes;
    }
}
