package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same attempts under the other sandbox that confines: it hides files instead of denying them, and has a network of its own. */
@Tag("slow")
class BubblewrapHostileTest extends HostileProcessTest {
    @BeforeAll
    static void needsBubblewrap() {
        try (Sandbox sandbox =
                Providers.named(SandboxProvider.class, "bubblewrap").open()) {
            assumeTrue(
                    sandbox.features().stream()
                            .anyMatch(each -> each.name().equals(SandboxFeature.FILE_SYSTEM) && each.present()),
                    "needs bubblewrap");
        }
    }

    @Override
    AgentOS.Builder builder() {
        return AgentOS.builder().sandbox("bubblewrap");
    }

    @Override
    String stoppedBy(String ours) {
        return ours.equals("AccessDeniedException") ? "NoSuchFileException|Read-only file system" : ours;
    }

    @Override
    void assertRecorded() {
        assertThat(os.events().history(EventFilter.type("sandbox.violation"), 0, 10))
                .as("this sandbox tells nothing of calls that it denies")
                .isEmpty();
    }

    /** bubblewrap itself holds the other end, too: who only closes it is as silent as one who computes, until somebody ends it. */
    @Test
    @Override
    void end_ofWhatItSays_endsIt() {
        AgentHandle closes = spawn(jar(), "Closes");
        closes.awaitState(AgentState.RUNNING, LIMIT);

        Exit exit = closes.terminate("enough");

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Terminated.class, it -> assertThat(it.abandoned()).isEmpty());
    }
}
