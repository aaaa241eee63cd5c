package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.GRANTS;
import static dev.agentos.memory.jooq.Tables.GRANT_ENDS;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Storage.StoredGrant;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.StoredRow.Spending;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jooq.Record;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/** Takes grants apart for their table, and puts them together again. */
final class GrantRows {
    private static final String TIME = "time";
    /** As text: no number of JSON has more digits than a double when others read it. */
    private static final String AMOUNT = "amount";

    private final JsonProvider json;

    GrantRows(JsonProvider json) {
        this.json = json;
    }

    static BoundRow bind(StoredRow.GrantRow grant) {
        return PlainRow.of(
                GrantSql.ADD,
                Arrays.asList(
                        grant.id(),
                        grant.holder().kind().name(),
                        grant.holder().name(),
                        grant.capability().toString(),
                        grant.parent(),
                        grant.origin().name(),
                        Rows.seconds(grant.created()),
                        Rows.nanos(grant.created()),
                        grant.by().kind().name(),
                        grant.by().name()));
    }

    static BoundRow bind(StoredRow.GrantUseRow use) {
        return PlainRow.of(
                GrantSql.USE,
                Arrays.asList(
                        use.uses(),
                        use.denials(),
                        use.bytes(),
                        Rows.seconds(use.lastUse()),
                        Rows.nanos(use.lastUse()),
                        text(use.recent()),
                        text(use.spent()),
                        use.grant()));
    }

    static BoundRow bind(StoredRow.GrantEndRow end) {
        return PlainRow.of(
                GrantSql.END,
                Arrays.asList(
                        end.grant(),
                        Rows.seconds(end.time()),
                        Rows.nanos(end.time()),
                        end.by().kind().name(),
                        end.by().name(),
                        end.reason()));
    }

    static BoundRow bind(StoredRow.GrantIdsRow ids) {
        return PlainRow.of(GrantSql.IDS, List.of(ids.reserved()));
    }

    private static String text(List<Spending> spendings) {
        return new JsonArray(spendings.stream()
                        .<JsonValue>map(spending -> JsonObject.EMPTY
                                .with(TIME, spending.time().toString())
                                .with(AMOUNT, spending.amount().toPlainString()))
                        .toList())
                .toString();
    }

    /**
     * Puts a grant together.
     *
     * @param row of both tables
     * @throws dev.agentos.api.error.InvalidCapabilityException if it says what nobody understands any more
     */
    StoredGrant grant(Record row) {
        var grant = new StoredRow.GrantRow(
                row.get(GRANTS.ID),
                principal(row, GRANTS.HOLDER_KIND, GRANTS.HOLDER_NAME),
                Capability.parse(row.get(GRANTS.CAPABILITY)),
                row.get(GRANTS.PARENT),
                GrantOrigin.valueOf(row.get(GRANTS.ORIGIN)),
                Instant.ofEpochSecond(row.get(GRANTS.CREATED_S), row.get(GRANTS.CREATED_NS)),
                principal(row, GRANTS.BY_KIND, GRANTS.BY_NAME));
        return new StoredGrant(grant, use(row), end(row));
    }

    private StoredRow.@Nullable GrantUseRow use(Record row) {
        Long uses = row.get(GRANTS.USES);
        return uses == null
                ? null
                : new StoredRow.GrantUseRow(
                        row.get(GRANTS.ID),
                        uses,
                        row.get(GRANTS.DENIALS),
                        row.get(GRANTS.BYTES),
                        Rows.instant(row.get(GRANTS.LAST_USE_S), row.get(GRANTS.LAST_USE_NS)),
                        spendings(row.get(GRANTS.RECENT)),
                        spendings(row.get(GRANTS.SPENT)));
    }

    private static StoredRow.@Nullable GrantEndRow end(Record row) {
        Instant ended = Rows.instant(row.get(GRANT_ENDS.TIME_S), row.get(GRANT_ENDS.TIME_NS));
        return ended == null
                ? null
                : new StoredRow.GrantEndRow(
                        row.get(GRANTS.ID),
                        ended,
                        principal(row, GRANT_ENDS.BY_KIND, GRANT_ENDS.BY_NAME),
                        row.get(GRANT_ENDS.REASON));
    }

    private List<Spending> spendings(String text) {
        return json.parse(text).asArray().elements().stream()
                .map(form -> new Spending(Forms.instant(form, TIME), new BigDecimal(Forms.text(form, AMOUNT))))
                .toList();
    }

    private static PrincipalId principal(Record row, TableField<?, String> kind, TableField<?, String> name) {
        return new PrincipalId(PrincipalId.Kind.valueOf(row.get(kind)), row.get(name));
    }
}
