package dev.agentos.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OpsTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void main_reportsGrantedCommands_andTheGrantThatTheDeniedOneWouldTake() {
        String report = output();

        assertThat(report)
                .contains("$ uname -srm\n  " + System.getProperty("os.name").substring(0, 3));
        assertThat(report).contains("$ df -h /\n").containsPattern("\\d+%");
        assertThat(report)
                .contains("$ cat /etc/passwd\n  denied; it would take the grant\n  tool:shell.execute call; ")
                .contains("argv0=cat")
                .doesNotContain("root:");
    }

    private static String output() {
        var bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            Ops.main();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
