package dev.agentos.runtime.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.ApprovalException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.InvalidArgumentsException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.security.Approvals;
import dev.agentos.api.security.Approver;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.runtime.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/** The tickets of a real runtime beside a table of what they should be, whatever is decided in whatever order. */
class TicketStatefulProperties {
    private static final Duration EXPIRY = Duration.ofMinutes(5);
    private static final int MOST = 100;

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void everyTicket_isAsTheTableSays(@ForAll("histories") ActionChain<World> history) {
        try {
            World world = history.withInvariant("as in the table", World::check).run();

            world.checkApprover();
            world.table.forEach(row -> Statistics.label("states").collect(row.state));
            Statistics.label("states")
                    .coverage(coverage -> EnumSet.allOf(State.class)
                            .forEach(state -> coverage.check(state).count(count -> count > 20)));
            world.refusals.forEach(code -> Statistics.label("refusals").collect(code));
            Statistics.label("refusals")
                    .coverage(coverage -> List.of(ErrorCode.APPROVAL_SETTLED, ErrorCode.CONFLICT)
                            .forEach(code -> coverage.check(code).count(count -> count > 20)));
        } finally {
            history.finalState().ifPresent(World::close);
        }
    }

    @Provide
    Arbitrary<ActionChain<World>> histories() {
        Arbitrary<Integer> versions = Arbitraries.of(0, 0, 0, 0, -1, 1);
        return ActionChain.startWith(World::new)
                .withAction(6, step("order", Arbitraries.integers().between(1, 9), World::order))
                .withAction(3, step("approve", versions, World::approve))
                .withAction(2, step("deny", versions, World::deny))
                .withAction(2, step("edit", Arbitraries.of(1, 50, MOST, MOST + 1), World::edit))
                .withAction(1, step("edit wrongly", versions, (world, number, _) -> world.editWrongly(number)))
                .withAction(3, step("time", Arbitraries.of(1, 3, 6), (world, _, minutes) -> world.pass(minutes)))
                .withAction(1, step("end", versions, (world, number, _) -> world.end(number)))
                .withMaxTransformations(50);
    }

    private interface Deed<T> {
        void on(World world, int number, T what);
    }

    private static <T> Action.Independent<World> step(String name, Arbitrary<T> whats, Deed<T> deed) {
        // One arbitrary for all steps: jqwik compares each new one with all that it has seen, and would do little else.
        Arbitrary<Transformer<World>> steps = Combinators.combine(
                        Arbitraries.integers().between(0, 999), whats)
                .as((number, what) ->
                        Transformer.mutate(name + " " + number + " " + what, world -> deed.on(world, number, what)));
        return () -> steps;
    }

    /** One ticket as it should be. */
    private static final class Row {
        final Trader trader;
        final int quantity;
        final Instant expires;
        State state = State.PENDING;
        int version = 1;

        @Nullable
        PrincipalId by;

        Row(Trader trader, int quantity, Instant requested) {
            this.trader = trader;
            this.quantity = quantity;
            this.expires = requested.plus(EXPIRY);
        }

        boolean isPending() {
            return state == State.PENDING;
        }
    }

    /** An agent that places the orders that it gets one after another, and asks about each. */
    private static final class Trader {
        final AgentHandle agent;
        final Deque<Integer> orders = new ArrayDeque<>();
        final List<String> told = new CopyOnWriteArrayList<>();
        final List<String> expected = new ArrayList<>();
        boolean ended;

        Trader(Trading trading, String name) {
            agent = trading.os.spawn(AgentSpec.builder(name)
                    .onMessage((message, ctx) -> {
                        int quantity = message.payload(Integer.class);
                        try {
                            told.add(ctx.tools()
                                    .call("order.place", new Trading.Order("AAPL", quantity))
                                    .text());
                        } catch (DeniedException e) {
                            told.add("denied " + quantity);
                        }
                    })
                    .grant(Capability.parse("tool:order.place call"))
                    .build());
        }
    }

    /** The runtime, and the table. */
    private static final class World {
        private final Trading trading = new Trading();
        private final List<String> shown = new CopyOnWriteArrayList<>();
        private final List<Row> table = new ArrayList<>();
        private final List<ErrorCode> refusals = new ArrayList<>();
        private final List<Integer> placed = new ArrayList<>();
        private final List<Trader> traders = new ArrayList<>();

        World() {
            trading.restart(builder -> builder.rule((principal, action) -> judge(action))
                    .approver(approval -> {
                        shown.add(approval.ticket() + "." + approval.version());
                        return Approver.Answer.later();
                    }));
            List.of("a", "b", "c").forEach(name -> traders.add(new Trader(trading, name)));
        }

        private static Decision judge(dev.agentos.api.security.Action action) {
            if (!action.type().equals("tool")) {
                return Decision.allow();
            }
            return Integer.parseInt(action.text("quantity")) > MOST
                    ? Decision.deny("too large")
                    : new Decision.NeedsApproval("large", EXPIRY);
        }

        private Approvals queue() {
            return trading.os.as("alice").approvals();
        }

        private Instant now() {
            return trading.clock.now();
        }

        /** No two things happen at the same instant: which of them is first would be nobody's promise. */
        private void tick() {
            passTo(now().plusMillis(1));
        }

        private void passTo(Instant target) {
            trading.clock.advance(Duration.between(now(), target));
            while (true) {
                Row next = table.stream()
                        .filter(row -> row.isPending() && !row.expires.isAfter(target))
                        .min(Comparator.comparing(row -> row.expires))
                        .orElse(null);
                if (next == null) {
                    return;
                }
                settle(next, State.EXPIRED, null);
                next.trader.expected.add("denied " + next.quantity);
                takeNext(next.trader, next.expires);
            }
        }

        private static void settle(Row row, State state, @Nullable PrincipalId by) {
            row.state = state;
            row.version++;
            row.by = by;
        }

        private void takeNext(Trader trader, Instant when) {
            Integer quantity = trader.orders.poll();
            if (quantity != null) {
                table.add(new Row(trader, quantity, when));
            }
        }

        private boolean waits(Trader trader) {
            return table.stream().anyMatch(row -> row.trader == trader && row.isPending());
        }

        // ---- what is done

        void order(int number, int quantity) {
            tick();
            Trader trader = traders.get(number % traders.size());
            if (!trader.ended) {
                trader.agent.send(quantity);
                trader.orders.add(quantity);
                if (!waits(trader)) {
                    takeNext(trader, now());
                }
            }
        }

        void approve(int number, int off) {
            decide(
                    number,
                    off,
                    State.APPROVED,
                    (ticket, version) -> queue().approve(ticket, version),
                    row -> place(row, row.quantity, ""));
        }

        void deny(int number, int off) {
            decide(
                    number,
                    off,
                    State.DENIED,
                    (ticket, version) -> queue().deny(ticket, version, "no"),
                    row -> row.trader.expected.add("denied " + row.quantity));
        }

        void edit(int number, int quantity) {
            JsonObject arguments = arguments(quantity);
            decide(number, 0, State.EDITED, (ticket, version) -> queue().edit(ticket, version, arguments), row -> {
                if (quantity > MOST) { // authorised anew: nobody's approval skips a rule
                    row.trader.expected.add("denied " + row.quantity);
                } else {
                    place(row, quantity, "(edited by user:alice on ticket " + (table.indexOf(row) + 1) + ")\n");
                }
            });
        }

        private static JsonObject arguments(Object quantity) {
            return JsonObject.builder()
                    .put("symbol", "AAPL")
                    .put("quantity", quantity)
                    .build();
        }

        private void place(Row row, int quantity, String note) {
            placed.add(quantity);
            row.trader.expected.add(note + "placed " + quantity);
        }

        private interface Verdict {
            Approval on(long ticket, int version);
        }

        private interface Effect {
            void on(Row row);
        }

        private void decide(int number, int off, State state, Verdict verdict, Effect effect) {
            tick();
            if (table.isEmpty()) {
                assertThatThrownBy(() -> verdict.on(1, 1)).isInstanceOf(ApprovalException.class);
                return;
            }
            int index = pick(number);
            Row row = table.get(index);
            int version = Math.max(1, row.version + off);
            if (row.isPending() && version == row.version) {
                Approval end = verdict.on(index + 1, version);

                settle(row, state, PrincipalId.user("alice"));
                assertThat(end.version()).isEqualTo(row.version);
                effect.on(row);
                takeNext(row.trader, now());
            } else {
                var refused = catchThrowableOfType(ApprovalException.class, () -> verdict.on(index + 1, version));

                assertThat(refused)
                        .as("decision about version " + version + " of ticket " + (index + 1))
                        .isNotNull();
                assertThat(refused.code()).isEqualTo(row.isPending() ? ErrorCode.CONFLICT : ErrorCode.APPROVAL_SETTLED);
                refusals.add(refused.code());
            }
        }

        /** Most of the time one that waits. */
        private int pick(int number) {
            List<Integer> some = new ArrayList<>();
            for (int i = 0; i < table.size(); i++) {
                if (number % 4 == 0 || table.get(i).isPending()) {
                    some.add(i);
                }
            }
            return some.isEmpty() ? number % table.size() : some.get(number / 4 % some.size());
        }

        void editWrongly(int number) {
            tick();
            List<Row> pending = table.stream().filter(Row::isPending).toList();
            if (!pending.isEmpty()) {
                Row row = pending.get(number % pending.size());
                long ticket = table.indexOf(row) + 1;

                assertThatThrownBy(() -> queue().edit(ticket, row.version, arguments("many")))
                        .isInstanceOf(InvalidArgumentsException.class);
            }
        }

        void pass(int minutes) {
            passTo(now().plus(Duration.ofMinutes(minutes)));
        }

        void end(int number) {
            tick();
            if (number % 3 == 0) {
                Trader trader = traders.get(number / 3 % traders.size());
                trader.agent.terminate("enough");
                trader.ended = true;
                trader.orders.clear();
                table.stream()
                        .filter(row -> row.trader == trader && row.isPending())
                        .forEach(row -> settle(row, State.WITHDRAWN, null));
            }
        }

        // ---- what holds after each step

        void check() {
            trading.clock.awaitQuiet();
            List<Approval> all = trading.os.approvals().after(0, 1_000);
            assertThat(all).hasSameSizeAs(table);
            for (int i = 0; i < table.size(); i++) {
                check(i + 1, all.get(i), table.get(i));
            }
            assertThat(trading.os.approvals().pending())
                    .isEqualTo(all.stream().filter(Approval::isPending).toList());
            // Each approval is used once, nothing else is done, and everybody is told.
            assertThat(trading.placed).containsExactlyInAnyOrderElementsOf(placed);
            traders.forEach(trader -> assertThat(trader.told).isEqualTo(trader.expected));
        }

        private void check(long ticket, Approval approval, Row row) {
            assertThat(approval.ticket()).isEqualTo(ticket);
            assertThat(approval.principal()).isEqualTo(PrincipalId.agent(row.trader.agent.id()));
            assertThat(approval.arguments()).isEqualTo(arguments(row.quantity));
            assertThat(approval.expires()).as("expiry of " + ticket).isEqualTo(row.expires);
            assertThat(approval.state()).as("state of " + ticket).isEqualTo(row.state);
            assertThat(approval.version()).as("version of " + ticket).isEqualTo(row.version);
            Approval.Settlement how = approval.settlement();
            assertThat(how == null ? null : how.by()).isEqualTo(row.by);
        }

        /** Who decides in code was asked about each ticket once. */
        void checkApprover() {
            Eventually.until("the approver has seen all", () -> shown.size() >= table.size());
            assertThat(shown).doesNotHaveDuplicates().hasSameSizeAs(table).allMatch(each -> each.endsWith(".1"));
        }

        void close() {
            Approvals all = trading.os.approvals();
            trading.close();
            assertThat(all.pending()).isEmpty();
        }
    }
}
