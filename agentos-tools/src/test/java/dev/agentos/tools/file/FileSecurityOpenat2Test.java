package dev.agentos.tools.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The F rows with {@code openat2}, where the kernel has it. */
class FileSecurityOpenat2Test extends FileSecurityContract {
    @Override
    Opener opener() {
        return Opener.probe();
    }

    @Test
    void probe_choosesOpenat2_whenTheKernelHasIt() {
        int fd = new Opener.Openat2().open(Linux.AT_FDCWD, List.of("."), Linux.O_PATH, 0);
        boolean available = fd >= 0;
        if (available) {
            Linux.close(fd);
        }

        assertThat(Opener.probe()).isInstanceOf(available ? Opener.Openat2.class : Opener.Walk.class);
    }
}
