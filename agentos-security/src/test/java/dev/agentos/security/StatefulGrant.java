package dev.agentos.security;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.StoredRow.GrantUseRow;
import dev.agentos.security.StatefulRight.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a grant should be like, with the words of the model in {@code formal/delegation.als}. The root has no right of its own. */
final class StatefulGrant {
    private static final long MINUTE = 60;

    final Grant real;
    final PrincipalId holder;
    final @Nullable StatefulRight right;
    final @Nullable StatefulGrant parent;
    boolean cut;
    /** The store has it. */
    boolean stored;

    long used;
    long bytes;
    long open;
    private boolean over;
    private final long deadline;
    /** When it was used, by the monotonic clock, in seconds. */
    private List<Long> recent = new ArrayList<>();

    /**
     * What the clocks say.
     *
     * @param wall which somebody may have set back
     * @param known not before what a store has seen
     * @param monotonic in seconds
     */
    record Now(Instant wall, Instant known, long monotonic) {}

    StatefulGrant(Grant real, @Nullable StatefulRight right, @Nullable StatefulGrant parent, Now now) {
        this.real = real;
        this.holder = real.holder();
        this.right = right;
        this.parent = parent;
        Instant expires = right == null ? Instant.MAX : right.expires();
        this.deadline = expires.equals(Instant.MAX)
                ? Long.MAX_VALUE
                : now.monotonic
                        + Math.max(0, Duration.between(now.known, expires).toSeconds());
    }

    /** It and all above it. */
    List<StatefulGrant> chain() {
        return Stream.iterate(this, grant -> grant != null, grant -> grant.parent)
                .toList();
    }

    boolean isFree() {
        return right == null || right.isFree();
    }

    boolean revoked() {
        return chain().stream().anyMatch(grant -> grant.cut);
    }

    boolean expired() {
        return chain().stream().anyMatch(grant -> grant.over);
    }

    /** Time has passed. What is over stays so. */
    void look(Now now) {
        over |= now.monotonic >= deadline || right != null && !now.known.isBefore(right.expires());
    }

    boolean covers(Action action) {
        return right == null || right.covers(action);
    }

    /** Whether somebody can be given this of it. */
    boolean gives(StatefulRight asked, PrincipalId to) {
        if (revoked() || expired()) {
            return false;
        }
        if (right == null) {
            return true;
        }
        boolean mayHandOn = right.number(Kind.HANDING_ON) > 0;
        return to.equals(holder) ? asked.isWithin(right) : mayHandOn && asked.isWithin(right.handedOn());
    }

    /** Whether a use can begin now. */
    boolean permits(Action action, Now now) {
        return covers(action)
                && !revoked()
                && !expired()
                && (right == null || right.isOpenAt(now.wall))
                && chain().stream().allMatch(grant -> grant.hasRoom(now));
    }

    private boolean hasRoom(Now now) {
        return right == null
                || used < right.number(Kind.USES)
                        && bytes < right.number(Kind.BYTES)
                        && inWindow(now) < right.number(Kind.PER_MINUTE);
    }

    long inWindow(Now now) {
        return recent.stream().filter(at -> now.monotonic - at < MINUTE).count();
    }

    void begin(Now now) {
        for (StatefulGrant grant : chain()) {
            grant.used++;
            grant.open++;
            grant.recent.add(now.monotonic);
        }
    }

    void end() {
        chain().forEach(grant -> grant.open--);
    }

    /** {@return whether the bytes fit; they are counted then} */
    boolean charge(int amount) {
        boolean fits = chain().stream()
                .allMatch(grant -> grant.right == null || grant.bytes + amount <= grant.right.number(Kind.BYTES));
        if (fits) {
            chain().forEach(grant -> grant.bytes += amount);
        }
        return fits;
    }

    /** The grant as it comes back. */
    StatefulGrant restored(Grant again, @Nullable StatefulGrant above, @Nullable GrantUseRow told, Now now) {
        var grant = new StatefulGrant(again, right, above, now);
        grant.stored = true;
        if (told != null) {
            grant.used = told.uses();
            grant.bytes = told.bytes();
            grant.recent = new ArrayList<>(told.recent().stream()
                    .flatMap(spending -> Stream.generate(() -> now.monotonic
                                    - Math.max(
                                            0,
                                            Duration.between(spending.time(), now.wall)
                                                    .toSeconds()))
                            .limit(spending.amount().longValueExact()))
                    .toList());
        }
        return grant;
    }
}
