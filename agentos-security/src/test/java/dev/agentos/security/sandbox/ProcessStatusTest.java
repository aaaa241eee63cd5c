package dev.agentos.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessStatusTest {
    private static final Path PROC = Path.of("/proc");
    private static final String REST = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 1 0 777 18 19 20 4096 22";

    @Test
    void parse_readsBehindTheLastParenthesis_whateverTheNameIs() {
        var status = ProcessStatus.parse(5, "5 (a) Z 9 9 (b) S" + REST);

        assertThat(status).isEqualTo(new ProcessStatus(5, 'S', 1, 3, 6, 1, 777, 50, 19, 4096));
    }

    @Test
    void parse_isNothing_whenTheTextIsCutOff() {
        assertThat(ProcessStatus.parse(5, "")).isNull();
        assertThat(ProcessStatus.parse(5, "5 (a) S 1 2 3")).isNull();
    }

    @Test
    void isZombie_isFalse_whenOnlyTheFirstThreadHasEnded() {
        assertThat(new ProcessStatus(5, 'Z', 1, 1, 0, 1, 1, 0, 0, 0).isZombie()).isTrue();
        assertThat(new ProcessStatus(5, 'Z', 1, 1, 0, 2, 1, 0, 0, 0).isZombie()).isFalse();
        assertThat(new ProcessStatus(5, 'R', 1, 1, 0, 1, 1, 0, 0, 0).isZombie()).isFalse();
    }

    @Test
    void read_findsThisJvm() {
        assumeTrue(Files.exists(PROC.resolve("self/stat")), "needs /proc");
        var self = ProcessHandle.current();

        var status = ProcessStatus.read(PROC, self.pid());

        assertThat(status).isNotNull();
        assertThat(status.parent()).isEqualTo(self.parent().orElseThrow().pid());
        assertThat(status.isZombie()).isFalse();
        assertThat(status.isKernelThread()).isFalse();
    }

    @Test
    void read_isNothing_whenThereIsNoSuchProcess() {
        assertThat(ProcessStatus.read(PROC, Long.MAX_VALUE)).isNull();
    }

    @Test
    void hasMemory_isFalse_inExecAndInExit() {
        assertThat(new ProcessStatus(5, 'R', 1, 1, 0, 1, 1, 0, 0, 4096).hasMemory())
                .isTrue();
        assertThat(new ProcessStatus(5, 'R', 1, 1, 0, 1, 1, 0, 0, 0).hasMemory())
                .isFalse();
    }

    @Test
    void hasMemory_isTrue_whenOnlyTheFirstThreadHasEnded() {
        var status = new ProcessStatus(5, 'Z', 1, 1, 0, 2, 1, 0, 0, 0);

        assertThat(status.isWithoutFirstThread()).isTrue();
        assertThat(status.hasMemory()).isTrue();
    }

    @Test
    void hasMemory_isTrue_ofThisJvmAndOfTheFirstProcess() {
        assumeTrue(Files.exists(PROC.resolve("self/stat")), "needs /proc");

        assertThat(ProcessStatus.read(PROC, ProcessHandle.current().pid()))
                .extracting(ProcessStatus::hasMemory)
                .isEqualTo(true);
        // Of another user's nobody is told where it lies, but that it is there.
        assertThat(ProcessStatus.read(PROC, 1))
                .extracting(ProcessStatus::hasMemory)
                .isEqualTo(true);
    }
}
