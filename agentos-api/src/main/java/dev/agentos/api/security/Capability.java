package dev.agentos.api.security;

import dev.agentos.api.Rate;
import dev.agentos.api.error.InvalidCapabilityException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What may be done: a resource pattern, the actions on it, and constraints. An immutable value with one text form.
 *
 * <p>{@code tool:order.place call; notional<=10000; symbol=AAPL,MSFT} permits to call one tool with these arguments,
 * {@code file:/data/** read,write; maxBytes=1MB} to read and write below a folder. In a pattern, {@code *} stands for a
 * whole segment or ends one ({@code desk-*}), {@code **} as the last segment stands for what is before it and everything
 * below; without wildcards a pattern matches exactly. Segments are separated by {@code .} in tools, events, topics and
 * models, else by {@code /}. A URL pattern names scheme, host, port (unless 80 for http, 443 for https) and path; in a
 * host, {@code *} stands for one label, or alone for any host. Reserved and non-ASCII characters are escaped as
 * {@code %XX} and nothing else is; spaces stand exactly where the examples have them.
 *
 * <p>Constraints are conjunctive, the values of one are alternatives. System keys: {@code uses=5}, {@code rate=100/1m},
 * {@code expires=2026-12-31T23:59:59Z}, {@code maxBytes=1MiB}, {@code approval=required},
 * {@code between=09:30-16:00@Europe/Berlin} (UTC unless said), {@code max=3} (for spawn), {@code depth=2} (how often
 * it may be handed on), {@code budget=notional:100000/1d} (the sum of an attribute in any window of time, or for good). What they
 * limit is counted by the grant, so {@link #covers} does not look at them, but for the amount that a budget needs. Any other key is an attribute of the action; one that is absent
 * satisfies nothing, an array satisfies {@code =} if it is not empty and each element does. {@code argv0} compares a
 * value with a slash with the attribute {@code argv0} (the absolute program), one without with {@code program} (the name
 * looked up in the fixed PATH).
 *
 * <p>Equal capabilities have equal text. Everything that is not understood is an error when parsed.
 *
 * @since 0.1
 */
public final class Capability {
    /** How long the text of a capability may be. */
    public static final int MAX_LENGTH = 4_096;

    private final Scope scope;
    private final Clause[] clauses;
    private final String text;
    // Arrays: covers() runs on every action and must not allocate iterators.
    private final String[] verbs;
    private final AttributeTest[] tests;
    private final @Nullable Budget budget;

    /** Takes parts that are checked already; the clauses are sorted and no two have the same id. */
    Capability(Scope scope, Collection<Clause> clauses) {
        this.scope = scope;
        this.clauses = clauses.toArray(Clause[]::new);
        this.verbs = scope.verbs().toArray(String[]::new);
        this.tests = only(AttributeTest.class).toArray(AttributeTest[]::new);
        Term.Spend spend = term(Term.Spend.class);
        this.budget = spend == null ? null : spend.budget();
        this.text = Stream.concat(
                        Stream.of(scope.toString()),
                        Stream.of(this.clauses)
                                .map(clause -> clause.constraint().toString()))
                .collect(Collectors.joining("; "));
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("longer than " + MAX_LENGTH + " characters");
        }
    }

    /** What a capability is about, without its constraints. The verbs are unmodifiable. */
    record Scope(String type, ResourcePattern pattern, SortedSet<String> verbs) {
        @Override
        public String toString() {
            return type + ":" + pattern + " " + String.join(",", verbs);
        }
    }

    /**
     * Returns the capability that a text says.
     *
     * @throws InvalidCapabilityException if anything in the text is not understood
     */
    public static Capability parse(String text) {
        return new CapabilityParser(text).parse();
    }

    /**
     * Returns a capability without constraints.
     *
     * @param resource type, colon and pattern, escaped as in the text form; see {@link #escape}
     * @param verbs the actions that it permits, at least one
     * @throws InvalidCapabilityException if anything is not understood
     */
    public static Capability of(String resource, String... verbs) {
        return CapabilityParser.build(resource, List.of(verbs));
    }

    /** {@return the capability that permits this verb on exactly this resource, whatever the attributes} */
    public static Capability covering(Action action) {
        return parse(action.grantText());
    }

    /** {@return literal text with everything escaped that has a meaning in patterns and values} */
    public static String escape(String literal) {
        return Escapes.escape(literal);
    }

    /**
     * Returns this capability with further constraints: narrower, or the same if it implied them already.
     *
     * @param constraints as in the text form, {@code notional<=10000} or {@code uses=1; symbol=AAPL}
     * @throws InvalidCapabilityException if they are not understood, or cannot be combined with what is there, such as
     *     two sets of values that have none in common
     */
    public Capability where(String constraints) {
        return new CapabilityParser(constraints).narrow(scope, List.of(clauses));
    }

    /**
     * {@return this capability, ending then, or before if it says so}
     *
     * @throws IllegalArgumentException if its text were longer than {@link #MAX_LENGTH} then
     */
    public Capability until(Instant end) {
        return CapabilityParser.narrowed(scope, List.of(clauses), List.of(new Term.Expires(end)));
    }

    /** {@return the type of the resources, before the colon} */
    public String type() {
        return scope.type();
    }

    /** {@return type, colon and pattern, in their canonical text} */
    public String resource() {
        return scope.type() + ":" + scope.pattern();
    }

    /** {@return the actions that it permits; sorted, unmodifiable} */
    public Set<String> verbs() {
        return scope.verbs();
    }

    /** {@return the constraints, the system's included; sorted by key, unmodifiable} */
    public List<Constraint> constraints() {
        return Stream.of(clauses).map(Clause::constraint).toList();
    }

    /** {@return the keys that are attributes of the action, not the system's: what a tool has to declare} */
    public Set<String> attributeKeys() {
        return Stream.concat(
                        only(AttributeTest.class).map(test -> test.constraint().key()),
                        budget().stream().map(Budget::attribute))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** {@return whether the pattern has no wildcard and so names one resource} */
    public boolean isExact() {
        return scope.pattern().isExact();
    }

    /** {@return whether the pattern is a base followed by {@code **}, without any other wildcard} */
    public boolean isTree() {
        return scope.pattern().isTree();
    }

    /**
     * Returns the literal beginning that all resources of the pattern share, in whole segments and unescaped:
     * {@code /data} for {@code file:/data/**} and {@code file:/data/*}, the whole resource for an exact pattern, and ""
     * if there is none, as for a host with wildcards.
     */
    public String base() {
        return scope.pattern().base();
    }

    /** {@return how many actions it may be used for in all, empty for no limit} */
    public OptionalLong uses() {
        Term.Uses uses = term(Term.Uses.class);
        return uses == null ? OptionalLong.empty() : OptionalLong.of(uses.count());
    }

    /** {@return how many live children it may be used to spawn, empty for no limit of its own} */
    public OptionalLong max() {
        Term.Max max = term(Term.Max.class);
        return max == null ? OptionalLong.empty() : OptionalLong.of(max.count());
    }

    /** {@return how many bytes may go through it in all, empty for no limit} */
    public OptionalLong maxBytes() {
        Term.MaxBytes max = term(Term.MaxBytes.class);
        return max == null ? OptionalLong.empty() : OptionalLong.of(max.bytes());
    }

    /** {@return how often it may still be handed on to somebody else, empty for no limit of its own} */
    public OptionalLong depth() {
        Term.Depth depth = term(Term.Depth.class);
        return depth == null ? OptionalLong.empty() : OptionalLong.of(depth.count());
    }

    /** {@return how much its uses may come to, empty for no limit} */
    public Optional<Budget> budget() {
        return Optional.ofNullable(budget);
    }

    /** {@return how many uses any window of time may see, empty for no limit} */
    public Optional<Rate> rate() {
        return Optional.ofNullable(term(Term.PerTime.class)).map(Term.PerTime::rate);
    }

    /** {@return the instant from which on it permits nothing, empty for never} */
    public Optional<Instant> expires() {
        return Optional.ofNullable(term(Term.Expires.class)).map(Term.Expires::at);
    }

    /**
     * Returns the most that somebody else can get when this is handed on: the same, with one less in {@code depth}; empty if it
     * may not be handed on.
     */
    public Optional<Capability> handedOn() {
        Term.Depth depth = term(Term.Depth.class);
        if (depth == null) {
            return Optional.of(this);
        }
        if (depth.count() == 0) {
            return Optional.empty();
        }
        var less = Stream.of(clauses)
                .map(clause -> clause instanceof Term.Depth ? new Term.Depth(depth.count() - 1) : clause);
        return Optional.of(new Capability(scope, less.toList()));
    }

    /** {@return whether every use has to be approved} */
    public boolean approvalRequired() {
        return term(Term.Approval.class) != null;
    }

    /** {@return whether it is for some times of day only} */
    public boolean hasHours() {
        return term(Term.Between.class) != null;
    }

    /**
     * Returns whether it permits what it {@linkplain #covers} whatever the time is and however often it was used: it has no
     * constraint of the system's but {@code depth}.
     */
    public boolean isSteady() {
        for (Clause clause : clauses) {
            if (clause instanceof Term && !(clause instanceof Term.Depth)) {
                return false;
            }
        }
        return true;
    }

    /** {@return whether the time is before {@code expires} and within {@code between}, as far as they are given} */
    public boolean isOpenAt(Instant time) {
        Term.Expires expires = term(Term.Expires.class);
        Term.Between between = term(Term.Between.class);
        return (expires == null || time.isBefore(expires.at())) && (between == null || between.contains(time));
    }

    /**
     * Returns whether an action is of this type and matches pattern, verbs and argument predicates. Uses, times, rates,
     * bytes and approval are for the grant to check. Allocates nothing; anything in doubt is false.
     */
    public boolean covers(Action action) {
        if (!scope.type().equals(action.type()) || !permits(action.verb())) {
            return false;
        }
        if (!scope.pattern().matches(action.resource())) {
            return false;
        }
        for (AttributeTest test : tests) {
            if (!test.accepts(action)) {
                return false;
            }
        }
        return budget == null || budget.isCounted(action);
    }

    /** {@return why an action is not covered, one sentence for people; empty if it is} */
    public Optional<String> miss(Action action) {
        if (!scope.type().equals(action.type()) || !scope.pattern().matches(action.resource())) {
            return Optional.of(
                    "it is for " + resource() + ", not for " + action.type() + ":" + escape(action.resource()));
        }
        if (!permits(action.verb())) {
            return Optional.of("it permits " + String.join(",", verbs) + ", not " + action.verb());
        }
        var unmet = only(AttributeTest.class)
                .filter(test -> !test.accepts(action))
                .findFirst()
                .map(test -> test.miss(action));
        return unmet.isPresent() || budget == null || budget.isCounted(action)
                ? unmet
                : Optional.of(
                        "its budget counts " + budget.attribute() + ", and the action has no number from 0 on there");
    }

    /**
     * Returns whether this capability permits nothing that the other does not permit: the test of every attenuation and
     * delegation. Never true when it should not be; it may be false for texts that say the same in ways too different
     * to compare.
     */
    public boolean isWithin(Capability wider) {
        return scope.type().equals(wider.scope.type())
                && wider.permitsAll(verbs)
                && scope.pattern().isWithin(wider.scope.pattern())
                && impliesAll(wider.clauses);
    }

    private boolean permitsAll(String[] narrower) {
        for (String verb : narrower) {
            if (!permits(verb)) {
                return false;
            }
        }
        return true;
    }

    private boolean impliesAll(Clause[] wanted) {
        for (Clause clause : wanted) {
            if (!implies(clause)) {
                return false;
            }
        }
        return true;
    }

    private boolean implies(Clause wanted) {
        for (Clause mine : clauses) {
            if (mine.isAkin(wanted)) {
                return mine.isWithin(wanted);
            }
        }
        return false;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Capability that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** {@return the canonical text, which parses to an equal capability} */
    @Override
    public String toString() {
        return text;
    }

    private boolean permits(String verb) {
        for (String permitted : verbs) {
            if (permitted.equals(verb)) {
                return true;
            }
        }
        return false;
    }

    private <T extends Clause> Stream<T> only(Class<T> kind) {
        return Stream.of(clauses).filter(kind::isInstance).map(kind::cast);
    }

    private <T extends Term> @Nullable T term(Class<T> kind) {
        for (Clause clause : clauses) {
            if (kind.isInstance(clause)) {
                return kind.cast(clause);
            }
        }
        return null;
    }
}
