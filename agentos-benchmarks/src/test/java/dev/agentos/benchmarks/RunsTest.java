package dev.agentos.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.Exit;
import dev.agentos.api.spi.Authority;
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

    private static void closeQuietly(PekkoSide side) {
        try {
            side.close();
        } catch (Exception e) {
            throw new AssertionError("the peer does not end", e);
        }
    }
}
