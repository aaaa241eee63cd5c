package dev.agentos.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublishToThousandTest {
    /** Each waits until the last message has come to all: what loses any does not come to an end. */
    @Test
    void bothSides_deliverTheLastToAll() throws Exception {
        var agents = new PublishToThousand.Agents();
        var actors = new PublishToThousand.Actors();
        try {
            agents.subscribe();
            actors.subscribe();

            new PublishToThousand().agentOs(agents);
            new PublishToThousand().pekko(actors);

            assertThat(agents.os.deadLetters(0, 10)).isEmpty();
        } finally {
            agents.close();
            actors.close();
        }
    }
}
