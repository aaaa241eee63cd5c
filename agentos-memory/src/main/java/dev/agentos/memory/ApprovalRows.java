package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.APPROVALS;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.Settlement;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.StoredRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jooq.Record;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/** Takes approvals apart for their table, and puts them together again. */
final class ApprovalRows {
    private final JsonProvider json;

    ApprovalRows(JsonProvider json) {
        this.json = json;
    }

    static BoundRow bind(StoredRow.ApprovalRow row) {
        Approval approval = row.approval();
        StoredRow.Place place = row.place();
        var values = new ArrayList<@Nullable Object>();
        values.addAll(asked(approval));
        values.addAll(settled(approval.settlement()));
        values.add(row.begun() ? 1L : 0L);
        values.add(place == null ? null : place.turn());
        values.add(place == null ? null : place.what());
        values.add(place == null ? null : (long) place.occurrence());
        return PlainRow.of(ApprovalSql.PUT, values);
    }

    static BoundRow bind(StoredRow.ApprovalOverRow over) {
        return PlainRow.of(ApprovalSql.OVER, List.of(over.ticket()));
    }

    private static List<@Nullable Object> asked(Approval approval) {
        return Arrays.asList(
                approval.ticket(),
                (long) approval.version(),
                approval.kind().name(),
                approval.principal().kind().name(),
                approval.principal().name(),
                new JsonArray(approval.actions().stream()
                                .<JsonValue>map(Forms::of)
                                .toList())
                        .toString(),
                approval.arguments().toString(),
                approval.capability(),
                new JsonArray(approval.reasons().stream()
                                .<JsonValue>map(JsonString::new)
                                .toList())
                        .toString(),
                Rows.seconds(approval.requested()),
                Rows.nanos(approval.requested()),
                Rows.seconds(approval.expires()),
                Rows.nanos(approval.expires()),
                approval.state().name());
    }

    private static List<@Nullable Object> settled(@Nullable Settlement how) {
        PrincipalId by = how == null ? null : how.by();
        JsonObject edited = how == null ? null : how.arguments();
        return Arrays.asList(
                how == null ? null : Rows.seconds(how.time()),
                how == null ? null : Rows.nanos(how.time()),
                by == null ? null : by.kind().name(),
                by == null ? null : by.name(),
                how == null ? null : how.reason(),
                edited == null ? null : edited.toString());
    }

    StoredRow.ApprovalRow approval(Record row) {
        var approval = new Approval(
                row.get(APPROVALS.TICKET),
                Math.toIntExact(row.get(APPROVALS.VERSION)),
                Approval.Kind.valueOf(row.get(APPROVALS.KIND)),
                principal(row, APPROVALS.PRINCIPAL_KIND, APPROVALS.PRINCIPAL_NAME),
                json.parse(row.get(APPROVALS.ACTIONS)).asArray().elements().stream()
                        .map(Forms::action)
                        .toList(),
                json.parse(row.get(APPROVALS.ARGUMENTS)).asObject(),
                row.get(APPROVALS.CAPABILITY),
                json.parse(row.get(APPROVALS.REASONS)).asArray().elements().stream()
                        .map(JsonValue::text)
                        .toList(),
                Instant.ofEpochSecond(row.get(APPROVALS.REQUESTED_S), row.get(APPROVALS.REQUESTED_NS)),
                Instant.ofEpochSecond(row.get(APPROVALS.EXPIRES_S), row.get(APPROVALS.EXPIRES_NS)),
                Approval.State.valueOf(row.get(APPROVALS.STATE)),
                settlement(row));
        return new StoredRow.ApprovalRow(approval, place(row), row.get(APPROVALS.BEGUN) != 0);
    }

    private @Nullable Settlement settlement(Record row) {
        Instant time = Rows.instant(row.get(APPROVALS.SETTLED_S), row.get(APPROVALS.SETTLED_NS));
        if (time == null) {
            return null;
        }
        String edited = row.get(APPROVALS.EDITED);
        return new Settlement(
                time,
                row.get(APPROVALS.SETTLED_KIND) == null
                        ? null
                        : principal(row, APPROVALS.SETTLED_KIND, APPROVALS.SETTLED_NAME),
                row.get(APPROVALS.SETTLED_REASON),
                edited == null ? null : json.parse(edited).asObject());
    }

    private static StoredRow.@Nullable Place place(Record row) {
        String turn = row.get(APPROVALS.TURN);
        return turn == null
                ? null
                : new StoredRow.Place(turn, row.get(APPROVALS.WHAT), Math.toIntExact(row.get(APPROVALS.OCCURRENCE)));
    }

    private static PrincipalId principal(Record row, TableField<?, String> kind, TableField<?, String> name) {
        return new PrincipalId(PrincipalId.Kind.valueOf(row.get(kind)), row.get(name));
    }
}
