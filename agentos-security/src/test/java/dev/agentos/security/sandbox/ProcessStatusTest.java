package dev.agentos.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessStatusTest {
    private static final Path PROC = Path.of("/proc");
    private static final String REST = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 1 0 777 18 19 20";

    @Test
    void parse_readsBehindTheLastParenthesis_whateverTheNameIs() {
        var status = ProcessStatus.parse(5, "5 (a) Z 9 9 (b) S" + REST);

        assertThat(status).isEqualTo(new ProcessStatus(5, 'S', 1, 3, 6, 1, 777, 50, 19));
    }

    @Test
    void parse_isNothing_whenTheTextIsCutOff() {
        assertThat(ProcessStatus.parse(5, "")).isNull();
        assertThat(ProcessStatus.parse(5, "5 (a) S 1 2 3")).isNull();
    }

    @Test
    void isZombie_isFalse_whenOnlyTheFirstThreadHasEnded() {
        assertThat(new ProcessStatus(5, 'Z', 1, 1, 0, 1, 1, 0, 0).isZombie()).isTrue();
        assertThat(new ProcessStatus(5, 'Z', 1, 1, 0, 2, 1, 0, 0).isZombie()).isFalse();
        assertThat(new ProcessStatus(5, 'R', 1, 1, 0, 1, 1, 0, 0).isZombie()).isFalse();
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

    @ParameterizedTest
    @CsvSource({"4096, 8192, false", "0, 0, true", "0, 8192, true", "4096, 0, true"})
    void isInExec_isTrue_untilTheMemoryIsComplete(long code, long environmentEnd, boolean inExec, @TempDir Path proc)
            throws IOException {
        String fields = "x ".repeat(23) + code + " x".repeat(24) + " " + environmentEnd + " 0";
        Files.createDirectory(proc.resolve("5"));
        Files.writeString(proc.resolve("5/stat"), "5 (a) b) " + fields);

        assertThat(ProcessStatus.isInExec(proc, 5)).isEqualTo(inExec);
    }

    @Test
    void isInExec_isFalse_ofThisJvmAndOfNobody() {
        assumeTrue(Files.exists(PROC.resolve("self/stat")), "needs /proc");

        assertThat(ProcessStatus.isInExec(PROC, ProcessHandle.current().pid())).isFalse();
        assertThat(ProcessStatus.isInExec(PROC, Long.MAX_VALUE)).isFalse();
    }
}
