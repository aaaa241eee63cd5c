package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Control needs no carrier: DESIGN §6. */
class StuckCarriersTest {
    @Test
    void timersTerminateAndClose_work_whileEveryCarrierIsInAnEndlessLoop(@TempDir Path directory) throws Exception {
        Path out = directory.resolve("out.txt");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        StuckCarriers.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();

        boolean ended = child.waitFor(120, TimeUnit.SECONDS);
        child.destroyForcibly();

        String said = Files.readString(out);
        assertThat(ended).as(said).isTrue();
        assertThat(said)
                .contains(
                        "pause: HELD",
                        "idle: Terminated[reason=enough, stopped=1, abandoned=[]]",
                        "held: Terminated[reason=enough",
                        "unborn: Terminated[reason=enough, stopped=1, abandoned=[]]",
                        "sleeping: true",
                        "timed: true",
                        "closed: true",
                        "END");
    }
}
