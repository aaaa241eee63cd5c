package dev.agentos.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DiskTest {
    @Test
    void close_deletesTheFolderWithAllThatIsInIt() throws IOException {
        var disk = new Disk();
        Path file = Files.writeString(disk.file("a.db"), "rows");
        Files.createDirectory(disk.file("b"));

        disk.close();

        assertThat(file.getParent()).doesNotExist();
    }
}
