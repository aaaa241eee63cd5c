package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.error.InvalidCapabilityException;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** The capability language against everything that can be thrown at it, and against a matcher too simple to be wrong. */
class CapabilityProperties {

    @Property
    void escape_comesBack_whateverTheText(@ForAll("names") String name) {
        String escaped = Escapes.escape(name);

        assertThat(escaped).matches("[!-~]*").doesNotContain(" ", ";", ",", "=", "<", ">", "*");
        assertThat(Escapes.decode(escaped)).isEqualTo(name);
        assertThat(Escapes.escape(Escapes.decode(escaped))).isEqualTo(escaped);
    }

    @Property
    void parse_givesTheCapabilityBack_whateverIsInNamesAndValues(
            @ForAll("names") String segment, @ForAll("names") String value, @ForAll("names") String other) {
        String distinct = value.equals(other) ? value + "x" : value;
        var action =
                Action.of("memory:shared/x" + segment.replace("/", "|"), "read").with("key", distinct);
        String text = action.grantText() + "; key=" + Escapes.escape(distinct) + "," + Escapes.escape(other);

        Capability capability = Capability.parse(text);

        assertThat(Capability.parse(capability.toString())).isEqualTo(capability);
        assertThat(capability.covers(action)).isTrue();
        assertThat(capability.covers(action.with("key", distinct + other + "y")))
                .isFalse();
    }

    @Property(tries = 5_000)
    void parse_givesACapabilityOrItsOwnError_whateverTheText(@ForAll String text) {
        assertThatNothingElseHappens(text);
    }

    @Property(tries = 20_000)
    void parse_givesACapabilityOrItsOwnError_whenTheTextIsAlmostOne(@ForAll("almostCapabilities") String text) {
        assertThatNothingElseHappens(text);
    }

    private static void assertThatNothingElseHappens(String text) {
        boolean parsed = true;
        try {
            Capability capability = Capability.parse(text);
            assertThat(Capability.parse(capability.toString())).isEqualTo(capability);
            assertThat(capability.toString()).matches("[ -~]+");
            assertThat(capability.isWithin(capability)).isTrue();
        } catch (InvalidCapabilityException e) {
            parsed = false;
            assertThat(e.getMessage()).matches("[ -~…]*");
        }
        Statistics.label("parsed").collect(parsed);
    }

    @Property(tries = 5_000)
    void action_isRefusedWithItsOwnError_whateverTheText(
            @ForAll("oddResources") String resource, @ForAll("oddTexts") String verb) {
        try {
            var action = Action.of(resource, verb);
            assertThat(action.toString()).matches("[ -~]+");
            assertThat(Capability.covering(action).covers(action)).isTrue();
            assertThat(Capability.covering(action).base()).isEqualTo(action.resource());
            assertThat(Action.of(action.type() + ":" + action.resource(), action.verb()))
                    .isEqualTo(action);
            Statistics.label("understood").collect(true);
        } catch (IllegalArgumentException e) {
            Statistics.label("understood").collect(false);
            assertThat(e).hasMessageNotContainingAny("\n", "\u0000");
        }
    }

    @Property(tries = 20_000)
    void covers_agreesWithTheSimpleMatcher(
            @ForAll("patterns") String pattern, @ForAll("resources") List<String> resource) {
        boolean expected = SimpleMatcher.matches(List.of(pattern.split("/")), resource);
        Statistics.label("matches").collect(expected);

        assertThat(covers("memory:" + pattern, "memory:" + String.join("/", resource)))
                .isEqualTo(expected);
        assertThat(covers("file:/" + pattern, "file:/" + String.join("/", resource)))
                .isEqualTo(expected);
        assertThat(covers("tool:" + pattern.replace('/', '.'), "tool:" + String.join(".", resource)))
                .isEqualTo(expected);
        assertThat(covers("net:https://h.example/" + pattern, "net:https://h.example/" + String.join("/", resource)))
                .isEqualTo(expected);
    }

    private static boolean covers(String pattern, String resource) {
        return Capability.of(pattern, "use").covers(Action.of(resource, "use"));
    }

    @Property(tries = 20_000)
    void covers_neverLeavesTheFolder(@ForAll("pathTails") String tail) {
        var folder = Capability.parse("file:/data/** read");
        boolean covered;
        try {
            covered = folder.covers(Action.of("file:/data" + tail, "read"));
        } catch (IllegalArgumentException e) {
            covered = false;
        }

        boolean inside = tail.isEmpty()
                || (tail.startsWith("/")
                        && List.of(tail.substring(1).split("/", -1)).stream()
                                .noneMatch(List.of("", ".", "..")::contains));

        Statistics.label("inside").collect(inside);
        assertThat(covered).isEqualTo(inside);
    }

    @Property(tries = 50_000)
    void isWithin_isSound(
            @ForAll("capabilities") Capability narrow,
            @ForAll("capabilities") Capability wide,
            @ForAll("actions") Action action) {
        boolean within = narrow.isWithin(wide);
        Statistics.label("within, covered").collect(within, narrow.covers(action));

        if (within && narrow.covers(action)) {
            assertThat(wide.covers(action))
                    .as("%s within %s, %s", narrow, wide, action)
                    .isTrue();
        }
    }

    @Property(tries = 20_000)
    void isWithin_isTransitive(
            @ForAll("capabilities") Capability a,
            @ForAll("capabilities") Capability b,
            @ForAll("capabilities") Capability c) {
        if (a.isWithin(b) && b.isWithin(c)) {
            assertThat(a.isWithin(c)).as("%s, %s, %s", a, b, c).isTrue();
        }
        if (a.isWithin(b) && b.isWithin(a)) {
            assertThat(a.covers(Action.of("memory:a", "read"))).isEqualTo(b.covers(Action.of("memory:a", "read")));
        }
    }

    @Property(tries = 10_000)
    void where_onlyNarrows(
            @ForAll("capabilities") Capability capability,
            @ForAll("constraints") String added,
            @ForAll("actions") Action action) {
        Capability narrowed;
        try {
            narrowed = capability.where(added);
        } catch (InvalidCapabilityException e) {
            return;
        }

        assertThat(narrowed.isWithin(capability)).isTrue();
        boolean alone = Capability.of(capability.resource(), capability.verbs().toArray(String[]::new))
                .where(added)
                .covers(action);
        assertThat(narrowed.covers(action)).isEqualTo(capability.covers(action) && alone);
    }

    @Property(tries = 10_000)
    void miss_isEmpty_exactlyWhenCovered(
            @ForAll("capabilities") Capability capability, @ForAll("actions") Action action) {
        assertThat(capability.miss(action).isEmpty()).isEqualTo(capability.covers(action));
    }

    /** Any characters that a name can have: no NUL, no half surrogates, not empty. */
    @Provide
    Arbitrary<String> names() {
        Arbitrary<Character> odd = Arbitraries.of(" %;,=<>*\"'\\/:\n\r\t\u007F\u00E9\u202E\uFF0F\uFF1A"
                .chars()
                .mapToObj(c -> (char) c)
                .toList());
        Arbitrary<String> wide = Arbitraries.of("\uD83D\uDE00", "\uD800\uDC00", "\uDBFF\uDFFF");
        Arbitrary<Character> any = Arbitraries.chars().all().filter(c -> c != 0 && !Character.isSurrogate(c));
        return Arbitraries.frequencyOf(
                        Tuple.of(3, odd.map(String::valueOf)), Tuple.of(3, any.map(String::valueOf)), Tuple.of(1, wide))
                .list()
                .ofMinSize(1)
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> almostCapabilities() {
        Arbitrary<String> whole = capabilities().map(Capability::toString);
        Arbitrary<String> noise = Arbitraries.of(
                "",
                " ",
                ";",
                "; ",
                ",",
                "=",
                "<=",
                "%",
                "%2F",
                "%2a",
                "%00",
                "*",
                "**",
                "/",
                "..",
                ":",
                "uses=1",
                "\n",
                "\u00E9",
                "x",
                "https://",
                "[",
                "0");
        return Combinators.combine(whole, noise, noise, Arbitraries.doubles().between(0, 1))
                .as((text, first, second, at) -> {
                    int place = (int) (at * text.length());
                    return text.substring(0, place)
                            + first
                            + text.substring(Math.min(text.length(), place + second.length()));
                });
    }

    @Provide
    Arbitrary<String> oddTexts() {
        return Arbitraries.oneOf(
                Arbitraries.of("call", "read"), Arbitraries.strings().ofMaxLength(5));
    }

    @Provide
    Arbitrary<String> oddResources() {
        Arbitrary<String> types = Arbitraries.of("file:/", "file:", "net:https://", "net:", "tool:", "memory:", "");
        Arbitrary<String> parts = Arbitraries.of(
                "a", "/", ".", "..", "*", "[", "]", "::1", "1.2.3.4", ":443", "%2e", "%25", "%", "\\", ";", "\u0000",
                "\uD800", "@");
        return Combinators.combine(types, parts.list().ofMaxSize(6)).as((type, tail) -> type + String.join("", tail));
    }

    @Provide
    Arbitrary<String> patterns() {
        Arbitrary<String> segment = Arbitraries.of("a", "b", "ab", "abc", "*", "a*", "ab*", "b*");
        return Combinators.combine(segment.list().ofMinSize(1).ofMaxSize(4), Arbitraries.of("", "", "/**"))
                .as((segments, end) -> String.join("/", segments) + end);
    }

    @Provide
    Arbitrary<List<String>> resources() {
        return Arbitraries.of("a", "b", "ab", "abc").list().ofMinSize(1).ofMaxSize(5);
    }

    @Provide
    Arbitrary<String> pathTails() {
        return Arbitraries.of("/", "/", "..", ".", "a", "2", "\u0000", "*", "%2e", "%2F", "\\", "\uFF0F", "etc")
                .list()
                .ofMaxSize(7)
                .map(parts -> String.join("", parts))
                .filter(tail -> tail.indexOf('\u0000') < 0);
    }

    @Provide
    Arbitrary<String> constraints() {
        return Arbitraries.of(
                "n<=1",
                "n<=2",
                "n>=1",
                "n>=2",
                "n=1",
                "n=1.0",
                "n=1,2",
                "s=x",
                "s=x,y",
                "s=y,z",
                "uses=1",
                "uses=2",
                "rate=1/1s",
                "rate=5/1m",
                "maxBytes=1kB",
                "depth=0",
                "depth=2",
                "budget=n:1",
                "budget=n:2",
                "budget=n:2/1h",
                "budget=m:1/1d",
                "approval=required",
                "between=09:00-12:00",
                "between=10:00-11:00",
                "expires=2026-01-01T00:00:00Z",
                "expires=2027-01-01T00:00:00Z",
                "argv0=git",
                "argv0=/bin/git");
    }

    @Provide
    Arbitrary<Capability> capabilities() {
        Arbitrary<String> deep = Arbitraries.of("**", "a", "a/**", "*", "a*", "a/*", "a/b", "a*/**", "*/b");
        Arbitrary<String> hosts = Arbitraries.of("a.ex", "*.ex", "b*.ex", "*", "[::1]");
        Arbitrary<String> resource = Arbitraries.oneOf(
                deep.map(pattern -> "memory:" + pattern),
                deep.map(pattern -> "memory:" + pattern),
                deep.map(pattern -> "memory:" + pattern),
                deep.map(pattern -> "memory:" + pattern),
                deep.map(pattern -> "file:/" + pattern),
                Combinators.combine(hosts, deep).as((host, path) -> "net:https://" + host + "/" + path),
                hosts.map(host -> "net:" + host + ":443"),
                Arbitraries.just("net:**"));
        Arbitrary<String> verbs = Arbitraries.of("read", "read,write", "write");
        return Combinators.combine(resource, verbs, someConstraints())
                .as((pattern, actions, added) -> pattern + " " + actions
                        + added.stream().distinct().map("; "::concat).collect(Collectors.joining()))
                .filter(CapabilityProperties::isOne)
                .map(Capability::parse);
    }

    /** None in half of the cases: two capabilities with constraints are rarely one within the other. */
    private Arbitrary<List<String>> someConstraints() {
        return Arbitraries.oneOf(
                Arbitraries.just(List.of()), constraints().list().ofMaxSize(2));
    }

    private static boolean isOne(String text) {
        try {
            Capability.parse(text);
            return true;
        } catch (InvalidCapabilityException e) {
            return false;
        }
    }

    @Provide
    Arbitrary<Action> actions() {
        Arbitrary<String> path = Arbitraries.of("a", "b", "ab", "a/b", "a/b/c", "ab/b");
        Arbitrary<String> host = Arbitraries.of("a.ex", "b1.ex", "ex", "[::1]");
        Arbitrary<String> resource = Arbitraries.oneOf(
                path.map(tail -> "memory:" + tail),
                path.map(tail -> "memory:" + tail),
                path.map(tail -> "memory:" + tail),
                path.map(tail -> "memory:" + tail),
                path.map(tail -> "file:/" + tail),
                Combinators.combine(host, path).as((name, tail) -> "net:https://" + name + "/" + tail),
                host.map(name -> "net:" + name + ":443"));
        Arbitrary<Object> numbers = Arbitraries.of(0, 1, 1.5, 2, 3, "1", "1.0", true, List.of(1, 2), List.of());
        Arbitrary<Object> strings = Arbitraries.of("x", "y", "z", List.of("x", "y"), List.of("z"));
        return Combinators.combine(resource, Arbitraries.of("read", "write"), numbers, strings)
                .as((name, verb, n, s) -> Action.of(name, verb)
                        .with("n", n)
                        .with("s", s)
                        .with("argv0", "/bin/git")
                        .with("program", "git"));
    }
}
