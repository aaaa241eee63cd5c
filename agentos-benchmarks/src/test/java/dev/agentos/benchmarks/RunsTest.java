package dev.agentos.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.Exit;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.Authority;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The benchmarks do what they say: a faster way to do nothing would go unnoticed. */
class RunsTest {
    @Test
    void sending_bringsEachMessageToEachSink() throws InterruptedException {
        var agents = new SendToThousand.Agents();
        var actors = new SendToThousand.Actors();
        try {
            new SendToThousand().agentOs(agents);
            new SendToThousand().pekko(actors);
        } finally {
            agents.close();
            closeQuietly(actors);
        }

        assertThat(agents.os.deadLetters(0, 10)).isEmpty();
    }

    @Test
    void capabilityCheck_asksForWhatIsAllowed() {
        var ruling = new CapabilityCheck().agentOs(new CapabilityCheck.Held());

        assertThat(ruling).isInstanceOf(Authority.Ruling.Allowed.class);
    }

    @Test
    void capabilityCheckOfThousand_asksForWhatIsAllowed_whateverItIs() {
        var held = new CapabilityCheckOfThousand.Held();
        var benchmark = new CapabilityCheckOfThousand();

        for (int i = 0; i < 1_024; i++) {
            assertThat(benchmark.agentOs(held)).isInstanceOf(Authority.Ruling.Allowed.class);
        }
    }

    @Test
    void attenuation_makesANarrowerGrant() {
        var grant = new Attenuation().agentOs(new Attenuation.Held());

        assertThat(grant.parent())
                .hasValueSatisfying(parent -> assertThat(grant.capability().isWithin(parent.capability()))
                        .isTrue());
    }

    @Test
    void revokeTenThousand_revokesThemAll() {
        var tree = new RevokeTenThousand.Tree();
        tree.grow();

        new RevokeTenThousand().agentOs(tree);

        tree.requireNone();
        assertThat(tree.grants).hasSize(10_001).allMatch(Grant::revoked);
    }

    @Test
    void terminateThousand_stopsAThousand() {
        var tree = new TerminateThousand.Tree();
        tree.grow();

        Exit exit = new TerminateThousand().agentOs(tree);

        tree.close();
        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Terminated.class, end -> assertThat(end.stopped()).isEqualTo(1_000));
    }

    @Test
    void oneBlocked_leavesTheOthersPlaying() throws InterruptedException {
        var agents = new OneBlockedOf64Pairs.Agents();
        try {
            agents.block();

            new OneBlockedOf64Pairs().agentOs(agents);
        } finally {
            agents.close();
        }

        assertThat(agents.os.deadLetters(0, 10)).isEmpty();
    }

    @Test
    void startInMemory_endsInOrder() {
        Exit exit = new StartInMemory().agentOs();

        assertThat(exit).isInstanceOf(Exit.Completed.class);
    }

    @Test
    void confinedSpawn_startsAndEnds_bothWays() throws IOException, InterruptedException {
        var side = new ConfinedSpawn.Confined();
        try {
            assumeTrue(side.isPossible(), "needs the kernel");

            assertThat(side.confined()).isZero();
            assertThat(side.plain()).isZero();
        } finally {
            side.close();
        }
    }

    private static void closeQuietly(PekkoSide side) {
        try {
            side.close();
        } catch (Exception e) {
            throw new AssertionError("the peer does not end", e);
        }
    }
}
