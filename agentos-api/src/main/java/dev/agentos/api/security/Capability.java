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
 * {@code between=09:30-16:00@Europe/Berlin} (UTC unless said), {@code max=3} (for spawn). What they limit is counted by
 * the grant, so {@link #covers} does not look at them. Any other key is an attribute of the action; one that is absent
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
    private final List<Clause> clauses;
    private final String text;
    // Arrays beside the collections: covers() runs on every action and must not allocate iterators.
    private final String[] verbs;
    private final AttributeTest[] tests;

    /** Takes parts that are checked already; the clauses are sorted and no two have the same id. */
    Capability(Scope scope, Collection<Clause> clauses) {
        this.scope = scope;
        this.clauses = List.copyOf(clauses);
        this.verbs = scope.verbs().toArray(String[]::new);
        this.tests = only(AttributeTest.class).toArray(AttributeTest[]::new);
        this.text = Stream.concat(
                        Stream.of(scope.toString()),
                        this.clauses.stream().map(clause -> clause.constraint().toString()))
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
        return new CapabilityParser(constraints).narrow(scope, clauses);
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
        return clauses.stream().map(Clause::constraint).toList();
    }

    /** {@return the keys that are attributes of the action, not the system's: what a tool has to declare} */
    public Set<String> attributeKeys() {
        return only(AttributeTest.class).map(test -> test.constraint().key()).collect(Collectors.toUnmodifiableSet());
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
        return term(Term.Uses.class).map(uses -> OptionalLong.of(uses.count())).orElseGet(OptionalLong::empty);
    }

    /** {@return how many live children it may be used to spawn, empty for no limit of its own} */
    public OptionalLong max() {
        return term(Term.Max.class).map(max -> OptionalLong.of(max.count())).orElseGet(OptionalLong::empty);
    }

    /** {@return how many bytes may go through it in all, empty for no limit} */
    public OptionalLong maxBytes() {
        return term(Term.MaxBytes.class)
                .map(max -> OptionalLong.of(max.bytes()))
                .orElseGet(OptionalLong::empty);
    }

    /** {@return how many uses any window of time may see, empty for no limit} */
    public Optional<Rate> rate() {
        return term(Term.PerTime.class).map(Term.PerTime::rate);
    }

    /** {@return the instant from which on it permits nothing, empty for never} */
    public Optional<Instant> expires() {
        return term(Term.Expires.class).map(Term.Expires::at);
    }

    /** {@return whether every use has to be approved} */
    public boolean approvalRequired() {
        return term(Term.Approval.class).isPresent();
    }

    /** {@return whether the time is before {@code expires} and within {@code between}, as far as they are given} */
    public boolean isOpenAt(Instant time) {
        return expires().map(time::isBefore).orElse(true)
                && term(Term.Between.class)
                        .map(between -> between.contains(time))
                        .orElse(true);
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
        return true;
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
        return only(AttributeTest.class)
                .filter(test -> !test.accepts(action))
                .findFirst()
                .map(test -> test.miss(action));
    }

    /**
     * Returns whether this capability permits nothing that the other does not permit: the test of every attenuation and
     * delegation. Never true when it should not be; it may be false for texts that say the same in ways too different
     * to compare.
     */
    public boolean isWithin(Capability wider) {
        return scope.type().equals(wider.scope.type())
                && wider.scope.verbs().containsAll(scope.verbs())
                && scope.pattern().isWithin(wider.scope.pattern())
                && wider.clauses.stream().allMatch(this::implies);
    }

    private boolean implies(Clause wanted) {
        return clauses.stream().anyMatch(mine -> mine.id().equals(wanted.id()) && mine.isWithin(wanted));
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
        return clauses.stream().filter(kind::isInstance).map(kind::cast);
    }

    private <T extends Term> Optional<T> term(Class<T> kind) {
        return only(kind).findFirst();
    }
}
