package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.Storage.StoredGrant;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.StoredRow.GrantEndRow;
import dev.agentos.api.spi.StoredRow.GrantIdsRow;
import dev.agentos.api.spi.StoredRow.GrantRow;
import dev.agentos.api.spi.StoredRow.GrantUseRow;
import dev.agentos.api.spi.StoredRow.Spending;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Storage} has to do with grants.
 *
 * @since 0.3
 */
public interface GrantRowsContract {
    /** Whose grants these are. */
    PrincipalId DESK = PrincipalId.agent(new AgentId(Address.of("desk"), 7));

    /** A time with a fraction, as clocks tell it. */
    Instant TIME = Instant.parse("2026-03-02T12:00:00.123456789Z");

    /** {@return an empty store; the test closes it} */
    Storage openStorage();

    /** A grant is read back equal, with nothing counted and no end. */
    @Test
    default void grant_isReadBackEqual() {
        try (Storage storage = openStorage()) {
            var root = grant(3, DESK, null);
            var child = grant(8, PrincipalId.user("zoë"), 3L);

            commit(storage, root, child);

            assertThat(storage.grants().find(3)).contains(new StoredGrant(root, null, null));
            assertThat(storage.grants().find(8)).contains(new StoredGrant(child, null, null));
            assertThat(storage.grants().find(4)).isEmpty();
        }
    }

    /** A grant that comes twice is kept once, as it came first. */
    @Test
    default void grant_isLeftAlone_whenItsNumberIsThere() {
        try (Storage storage = openStorage()) {
            commit(storage, grant(3, DESK, null));

            commit(storage, grant(3, PrincipalId.HOST, 1L));

            assertThat(storage.grants().find(3)).contains(new StoredGrant(grant(3, DESK, null), null, null));
        }
    }

    /** What is counted replaces what was there, and does nothing to a grant that is not there. */
    @Test
    default void use_replacesWhatWasCounted() {
        try (Storage storage = openStorage()) {
            var grant = grant(3, DESK, null);
            var first = new GrantUseRow(3, 1, 0, 0, null, List.of(), List.of());
            var second = new GrantUseRow(
                    3,
                    Long.MAX_VALUE,
                    2,
                    4_096,
                    TIME,
                    List.of(new Spending(TIME, BigDecimal.ONE), new Spending(TIME.plusNanos(1), new BigDecimal("17"))),
                    List.of(new Spending(Instant.EPOCH, new BigDecimal("99999999999999999999.000000000000000001"))));

            commit(storage, grant, first, new GrantUseRow(4, 1, 1, 1, TIME, List.of(), List.of()));
            var afterFirst = storage.grants().find(3);
            commit(storage, second);

            assertThat(afterFirst).contains(new StoredGrant(grant, first, null));
            assertThat(storage.grants().find(3)).contains(new StoredGrant(grant, second, null));
            assertThat(storage.grants().find(4)).isEmpty();
        }
    }

    /** The first end stays; what has ended is not among the living, and what was derived from it still is. */
    @Test
    default void end_comesOnce_andTakesTheGrantFromTheLiving() {
        try (Storage storage = openStorage()) {
            var first = new GrantEndRow(3, TIME, PrincipalId.operator(1_000), "enough");
            commit(storage, grant(3, DESK, null), grant(8, DESK, 3L));

            commit(storage, first);
            commit(storage, new GrantEndRow(3, TIME.plusSeconds(1), DESK, "again"), new GrantEndRow(5, TIME, DESK, ""));

            assertThat(storage.grants().find(3)).contains(new StoredGrant(grant(3, DESK, null), null, first));
            assertThat(ids(storage.grants().living(0, 10))).containsExactly(8L);
            assertThat(ids(storage.grants().of(DESK))).containsExactly(8L);
        }
    }

    /** A revocation that is faster than the row of its grant is not lost. */
    @Test
    default void end_holds_whenItComesBeforeTheGrant() {
        try (Storage storage = openStorage()) {
            var end = new GrantEndRow(3, TIME, PrincipalId.HOST, "enough");
            commit(storage, end);

            commit(storage, grant(3, DESK, null));

            assertThat(storage.grants().find(3)).contains(new StoredGrant(grant(3, DESK, null), null, end));
            assertThat(storage.grants().living(0, 10)).isEmpty();
            assertThat(storage.grants().of(DESK)).isEmpty();
        }
    }

    /** The living come by number, parents first, a page at a time. */
    @Test
    default void living_comeByNumber_aPageAtATime() {
        try (Storage storage = openStorage()) {
            commit(storage, grant(9, DESK, 2L), grant(2, DESK, null), grant(5, DESK, 2L), grant(7, DESK, 5L));
            commit(storage, new GrantEndRow(5, TIME, DESK, ""));

            assertThat(ids(storage.grants().living(0, 2))).containsExactly(2L, 7L);
            assertThat(ids(storage.grants().living(7, 2))).containsExactly(9L);
            assertThat(storage.grants().living(9, 2)).isEmpty();
        }
    }

    /** A holder has his own grants only: those of an agent's other incarnation, or of a person of that name, are others'. */
    @Test
    default void of_givesTheGrantsOfOneHolder() {
        try (Storage storage = openStorage()) {
            var later = PrincipalId.agent(new AgentId(Address.of("desk"), 8));
            commit(storage, grant(4, DESK, null), grant(2, DESK, null), grant(3, later, null));
            commit(storage, grant(5, PrincipalId.user(DESK.name()), null), grant(6, PrincipalId.HOST, null));

            assertThat(ids(storage.grants().of(DESK))).containsExactly(2L, 4L);
            assertThat(ids(storage.grants().of(later))).containsExactly(3L);
            assertThat(ids(storage.grants().of(PrincipalId.HOST))).containsExactly(6L);
            assertThat(storage.grants().of(PrincipalId.operator(0))).isEmpty();
        }
    }

    /** Numbers of grants are reserved upwards only. */
    @Test
    default void reservedNumbersOfGrants_areTheHighestThatWereReserved() {
        try (Storage storage = openStorage()) {
            long before = storage.grants().reserved();

            commit(storage, new GrantIdsRow(2_000));
            commit(storage, new GrantIdsRow(1_000));

            assertThat(before).isZero();
            assertThat(storage.grants().reserved()).isEqualTo(2_000);
        }
    }

    private static GrantRow grant(long id, PrincipalId holder, @Nullable Long parent) {
        var capability = Capability.parse("tool:a call; budget=n:5.5/1d; note=caf%C3%A9; uses=" + id);
        return new GrantRow(id, holder, capability, parent, GrantOrigin.DELEGATED, TIME, PrincipalId.HOST);
    }

    private static List<Long> ids(List<StoredGrant> grants) {
        return grants.stream().map(stored -> stored.grant().id()).toList();
    }

    private static void commit(Storage storage, StoredRow... rows) {
        storage.commit(List.of(rows), Durability.DURABLE).toCompletableFuture().join();
    }
}
