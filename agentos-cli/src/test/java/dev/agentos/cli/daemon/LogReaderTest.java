package dev.agentos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.SystemEvent;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogReaderTest {
    private final AgentOS os = AgentOS.builder().history(20).build();

    @AfterEach
    void close() {
        os.close();
    }

    private AgentHandle agent() {
        return os.spawn(AgentSpec.builder("a").onMessage((message, ctx) -> {}).build());
    }

    @Test
    void next_saysWhatWasDropped_beforeItWasRead() {
        AgentHandle agent = agent();
        for (int i = 0; i < 100; i++) {
            agent.resume();
        }

        List<LogEntry> page = new LogReader(os, 1, 1).next(50);

        assertThat(page)
                .filteredOn(entry -> entry.document().at("type").text().equals("log.gap"))
                .extracting(entry -> entry.document().at("text").text())
                .contains("entries 2 to 81 were dropped before they were read");
    }

    @Test
    void next_takesEventsThatHaveCome_andTheActionsThatAreNewer() {
        AgentHandle agent = agent();
        var reader = new LogReader(os, 0, 0);
        int before = reader.next(50).size();
        agent.resume();
        var event = new Event(77, Instant.now(), agent.id(), "agent.log", new SystemEvent.Logged("by itself"));

        List<LogEntry> news = reader.next(List.of(event), 50);

        assertThat(before).isPositive();
        assertThat(news)
                .extracting(entry -> entry.document().at("text").text())
                .containsExactly("agent:a resume", "by itself");
        assertThat(reader.lastEvent()).isEqualTo(77);
        assertThat(reader.next(List.of(), 50)).isEmpty();
    }
}
