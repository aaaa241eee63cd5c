package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineMemoryTest {
    private static final long MIB = 1L << 20;

    @TempDir
    Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void machine_isWhatMeminfoSays() throws IOException {
        write("proc/meminfo", "MemTotal:        8388608 kB\nMemFree:          123456 kB\n");

        assertThat(MachineMemory.fits(root, 256 * MIB, 7)).isEqualTo(32);
    }

    @ParameterizedTest
    @CsvSource({
        "sys/fs/cgroup/memory.max, 1073741824, 4",
        "sys/fs/cgroup/memory.max, max, 32",
        "sys/fs/cgroup/memory/memory.limit_in_bytes, 9223372036854771712, 32",
        "sys/fs/cgroup/memory/memory.limit_in_bytes, 536870912, 2",
        "sys/fs/cgroup/memory.max, 1000, 1",
    })
    void controlGroup_mayGiveLess(String file, String bound, int fits) throws IOException {
        write("proc/meminfo", "MemTotal:        8388608 kB\n");
        write(file, bound + "\n");

        assertThat(MachineMemory.fits(root, 256 * MIB, 7)).isEqualTo(fits);
    }

    @Test
    void nobodyKnows_whereThereAreNoSuchFiles() {
        assertThat(MachineMemory.fits(root, 256 * MIB, 7)).isEqualTo(7);
    }

    @Test
    void thisMachine_hasRoomForOne() {
        assertThat(new ProcessIsolationProvider().mostAtOnce()).isPositive();
    }
}
