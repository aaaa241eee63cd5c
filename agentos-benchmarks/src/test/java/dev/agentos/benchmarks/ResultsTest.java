package dev.agentos.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.benchmarks.Results.Side;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResultsTest {
    @Test
    void table_showsMediansRatioAndWhetherTheBarIsMet() {
        var results = new Results();
        Stream.of(60.0, 900.0, 50.0).forEach(cpu -> results.add(SendOneToOne.class, Side.AGENT_OS, Measured.CPU, cpu));
        Stream.of(100.0, 120.0, 140.0).forEach(cpu -> results.add(SendOneToOne.class, Side.PEKKO, Measured.CPU, cpu));

        String table = results.table();

        assertThat(table).contains("| send 1→1, CPU | 60 ns | 120 ns | 0.5 | ≤ Pekko | yes |");
    }

    @Test
    void table_saysSo_whenABarIsMissed() {
        var results = new Results();
        results.add(SpawnMillion.class, Side.AGENT_OS, "heap", 500);

        String table = results.table();

        assertThat(table).contains("| heap of an idle agent, of 1,000,000 | 500 B | – | – | ≤ 400 B | **no** |");
    }

    @Test
    void table_leavesOutWhatWasNotMeasured() {
        var results = new Results();
        results.add(SendOneToOne.class, Side.PEKKO, Measured.CPU, 100);

        String table = results.table();

        assertThat(table.lines()).hasSize(2);
    }

    @Test
    void details_showTheSpreadOverTheRounds() {
        var results = new Results();
        Stream.of(3.0, 1.0, 2.0).forEach(wall -> results.add(ToolCall.class, Side.AGENT_OS, Row.WALL, wall));

        String details = results.details();

        assertThat(details).contains("| ToolCall | agentOs | wall | 2 | 1 | 3 |");
    }

    @Test
    void details_nameAllocationAndDropTheRestOfTheCollector() {
        var results = new Results();
        results.add(ToolCall.class, Side.AGENT_OS, "gc.alloc.rate.norm", 88);
        results.add(ToolCall.class, Side.AGENT_OS, "gc.count", 7);

        String details = results.details();

        assertThat(details)
                .contains("| ToolCall | agentOs | bytes allocated | 88 | 88 | 88 |")
                .doesNotContain("gc.count");
    }
}
