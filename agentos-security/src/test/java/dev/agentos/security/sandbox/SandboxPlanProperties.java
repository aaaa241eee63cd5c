package dev.agentos.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Egress;
import dev.agentos.api.spi.EgressProvider;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxPlan.Access;
import dev.agentos.api.spi.SandboxPlan.NotDelegated;
import dev.agentos.api.spi.SandboxPlan.PathRule;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.security.LocalAuthorityProvider;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What a process gets of the rights of its caller, for rights of every form: never more than they say. */
class SandboxPlanProperties {
    private final Authority authority = new LocalAuthorityProvider().open(TimeSource.system());
    private final Grant root = authority.mintRoot(PrincipalId.HOST);

    @Property(tries = 500)
    void everyPath_isCovered_byAGrantThatHolds(@ForAll("rights") List<Right> rights) {
        List<Grant> grants = grants(rights);

        SandboxPlan plan = SandboxPlan.of(new SandboxPolicy(PrincipalId.HOST, grants));

        for (PathRule rule : plan.paths()) {
            for (Access access : rule.access()) {
                String verb = access.name().toLowerCase(Locale.ROOT);
                assertThat(holds(grants, "file:" + rule.path(), verb) || rule.tree())
                        .as("%s %s", verb, rule.path())
                        .isTrue();
                assertThat(!rule.tree() || holds(grants, "file:" + rule.path() + "/deep/er", verb))
                        .as("%s below %s", verb, rule.path())
                        .isTrue();
            }
        }
    }

    @Property(tries = 500)
    void everyPort_isCovered_forEveryHost_byAGrantThatHolds(@ForAll("rights") List<Right> rights) {
        List<Grant> grants = grants(rights);

        SandboxPlan.Network network =
                SandboxPlan.of(new SandboxPolicy(PrincipalId.HOST, grants)).network();

        for (String host : List.of("example.com", "10.0.0.1")) {
            assertThat(!network.everywhere() || holds(grants, "net:" + host + ":9", "connect"))
                    .isTrue();
            assertThat(network.connect()).allMatch(port -> holds(grants, "net:" + host + ":" + port, "connect"));
            assertThat(network.listen()).allMatch(port -> holds(grants, "net:" + host + ":" + port, "listen"));
        }
    }

    @Property(tries = 500)
    void everyGrantThatHolds_isEitherBehindThePlan_orListedAsLeftOut(@ForAll("rights") List<Right> rights) {
        List<Grant> grants = grants(rights);

        var policy = new SandboxPolicy(PrincipalId.HOST, grants);

        areAccountedFor(grants, SandboxPlan.of(policy));
        areAccountedFor(grants, SandboxPlan.of(policy, new NamesOnly()));
    }

    @Property(tries = 500)
    void everyHost_isAGrantThatHolds_withoutLimits_thatTheEgressTakes_orThereIsNone(
            @ForAll("rights") List<Right> rights) {
        List<Grant> grants = grants(rights);
        var egress = new NamesOnly();

        SandboxPlan plan = SandboxPlan.of(new SandboxPolicy(PrincipalId.HOST, grants), egress);

        assertThat(plan.hosts())
                .allMatch(grants::contains)
                .noneMatch(Grant::revoked)
                .allSatisfy(grant -> {
                    assertThat(egress.hindrance(grant.capability())).isEmpty();
                    assertThat(grant.capability().constraints())
                            .allMatch(each -> Set.of("expires", "depth").contains(each.key()));
                    assertThat(grant.capability().verbs()).containsExactly("connect");
                });
        assertThat(plan.grants()).containsAll(plan.hosts());
        assertThat(plan.network().connect()).allMatch(port -> holds(grants, "net:h.example:" + port, "listen"));
        assertThat(plan.network().everywhere() && !plan.hosts().isEmpty()).isFalse();
    }

    /** Takes hosts with names. */
    private static final class NamesOnly implements EgressProvider {
        @Override
        public String name() {
            return "names";
        }

        @Override
        public Optional<String> hindrance(Capability right) {
            return right.resource().contains("example") ? Optional.empty() : Optional.of("no name");
        }

        @Override
        public Egress open(ServerSocketChannel door, List<Grant> rights) {
            throw new UnsupportedOperationException();
        }
    }

    private static void areAccountedFor(List<Grant> grants, SandboxPlan plan) {
        List<Capability> left = plan.notDelegatedToChild().stream()
                .map(NotDelegated::capability)
                .toList();
        assertThat(plan.grants()).noneMatch(Grant::revoked);
        assertThat(grants.stream().filter(grant -> !grant.revoked()))
                .allMatch(grant -> plan.grants().contains(grant) ^ left.contains(grant.capability())
                        || plan.grants().stream()
                                .anyMatch(other -> other.capability().equals(grant.capability())));
        assertThat(left).hasSize((int) grants.stream()
                .filter(grant -> !grant.revoked() && !plan.grants().contains(grant))
                .count());
    }

    /** A right, and whether it was revoked before the process was planned. */
    record Right(String capability, boolean revoked) {}

    private List<Grant> grants(List<Right> rights) {
        var grants = new ArrayList<Grant>();
        for (Right right : rights) {
            Grant grant = authority.derive(List.of(root), PrincipalId.HOST, Capability.parse(right.capability));
            if (right.revoked) {
                authority.revoke(grant);
            }
            grants.add(grant);
        }
        return grants;
    }

    private static boolean holds(List<Grant> grants, String resource, String verb) {
        return grants.stream()
                .filter(grant -> !grant.revoked())
                .anyMatch(grant -> grant.capability().covers(Action.of(resource, verb)));
    }

    @Provide
    Arbitrary<List<Right>> rights() {
        Arbitrary<String> paths = Arbitraries.of("/a", "/a/b", "/a/**", "/a/b/**", "/a/*", "/a/x*");
        Arbitrary<String> fileVerbs = verbs("read", "list", "write", "delete", "execute");
        Arbitrary<String> files = Combinators.combine(paths, fileVerbs, constraints())
                .as((path, verbs, limits) -> "file:" + path + " " + verbs + limits);
        Arbitrary<String> hosts = Arbitraries.of("**", "*:443", "*:8080", "example.com:443", "*.example.com:443");
        Arbitrary<String> nets = Combinators.combine(hosts, verbs("connect", "listen"), constraints())
                .as((host, verbs, limits) -> "net:" + host + " " + verbs + limits);
        Arbitrary<String> others = Arbitraries.of("tool:shell.execute call", "memory:desk read");
        return Combinators.combine(Arbitraries.oneOf(files, nets, others), Arbitraries.of(true, false, false))
                .as(Right::new)
                .list()
                .ofMaxSize(8);
    }

    private static Arbitrary<String> verbs(String... all) {
        return Arbitraries.of(all)
                .set()
                .ofMinSize(1)
                .map((Set<String> some) ->
                        String.join(",", Stream.of(all).filter(some::contains).toList()));
    }

    private static Arbitrary<String> constraints() {
        return Arbitraries.of("", "", "; expires=2999-01-01T00:00:00Z", "; uses=3", "; depth=1", "; bytes<=10");
    }
}
