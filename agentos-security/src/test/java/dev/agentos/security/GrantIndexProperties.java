package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.api.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

class GrantIndexProperties {
    private static final PrincipalId ALICE = PrincipalId.user("alice");
    private static final PrincipalId BOB = PrincipalId.user("bob");

    /** An index is a list that is looked at in another way: it must give no other answer. */
    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void check_answersTheSame_withAnIndexAndWithout(
            @ForAll("capabilities") List<Capability> capabilities, @ForAll("actions") List<Action> actions) {
        Authority authority = new LocalAuthorityProvider().open(TimeSource.system());
        var root = authority.mintRoot(PrincipalId.HOST);
        var held = new ArrayList<Grant>();
        for (Capability capability : capabilities) {
            held.add(authority.derive(List.of(root), held.size() % 5 == 0 ? BOB : ALICE, capability));
        }
        authority.revoke(held.get(held.size() / 2));
        List<Grant> prepared = authority.prepare(held);

        assertThat(prepared).isInstanceOf(GrantIndex.class).isEqualTo(held);
        for (Action action : actions) {
            Ruling plain = authority.check(ALICE, held, action);
            Ruling indexed = authority.check(ALICE, prepared, action);

            Statistics.label("ruling").collect(plain.getClass().getSimpleName());
            switch (plain) {
                // Of several that count nothing, any is as good.
                case Ruling.Allowed(var grant, boolean cacheable)
                when cacheable ->
                    assertThat(indexed)
                            .as(grant + " covers " + action)
                            .isInstanceOfSatisfying(
                                    Ruling.Allowed.class,
                                    allowed -> assertThat(allowed.cacheable()).isTrue());
                case Ruling.Allowed _, Ruling.Asks _, Ruling.Refused _ ->
                    assertThat(indexed).isEqualTo(plain);
            }
        }
    }

    @Provide
    Arbitrary<List<Capability>> capabilities() {
        var constraint = Arbitraries.of("", "", "", "; uses=9", "; approval=required", "; depth=1");
        return Combinators.combine(patterns(), constraint)
                .as((pattern, more) -> Capability.parse(pattern + " use" + more))
                .list()
                .ofMinSize(17)
                .ofMaxSize(60);
    }

    private static Arbitrary<String> patterns() {
        var segment = Arbitraries.of("a", "b", "ab", "a*", "*", "b*", "x.y", "AaAa", "BBBB", "AaBB");
        var path = segment.list().ofMinSize(1).ofMaxSize(4);
        var deep = Arbitraries.of(true, false);
        var slashes = Combinators.combine(Arbitraries.of("agent:", "memory:", "file:/"), path, deep)
                .as((type, parts, rest) -> type + String.join("/", parts) + (rest ? "/**" : ""));
        var dots = Combinators.combine(Arbitraries.of("tool:", "topic:", "event:"), path, deep)
                .as((type, parts, rest) -> (type + String.join(".", parts) + (rest ? ".**" : "")).replace("x.y", "xy"));
        var hosts = Arbitraries.of("https://a.b", "https://*.b", "http://a:8080", "https://*", "https://[::1]");
        var urls = Combinators.combine(hosts, path, deep)
                .as((host, parts, rest) -> "net:" + host + "/" + String.join("/", parts) + (rest ? "/**" : ""));
        var special = Arbitraries.of(
                "file:/**",
                "file:/",
                "tool:**",
                "agent:**",
                "net:**",
                "net:https://a.b/**",
                "net:a.b:443",
                "net:*:443");
        return Arbitraries.oneOf(slashes, dots, urls, special).filter(GrantIndexProperties::isUnderstood);
    }

    private static boolean isUnderstood(String pattern) {
        try {
            return !Capability.of(pattern, "use").resource().isEmpty();
        } catch (InvalidCapabilityException e) {
            return false;
        }
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        return patterns()
                .map(pattern -> pattern.replace("/**", "/a")
                        .replace(".**", ".b")
                        .replace("**", "a")
                        .replace("*", "a"))
                .filter(GrantIndexProperties::isAction)
                .map(resource -> Action.of(resource, "use"))
                .list()
                .ofMinSize(5)
                .ofMaxSize(20);
    }

    private static boolean isAction(String resource) {
        try {
            return !Action.of(resource, "use").resource().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
