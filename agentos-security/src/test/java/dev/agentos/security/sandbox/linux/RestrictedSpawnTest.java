package dev.agentos.security.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.spi.SandboxPlan.Network;
import dev.agentos.security.sandbox.linux.Descriptors.Poll;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is held, as it is when this JVM is killed just then. */
@Timeout(60)
class RestrictedSpawnTest {
    @TempDir
    Path folder;

    private final Arena arena = Arena.ofShared();
    private Native os;
    private final Spawners threads = new Spawners();

    @BeforeEach
    void needsLinux() {
        var architecture = Architecture.current();
        assumeTrue(architecture.isPresent(), "needs Linux on a processor that is known");
        os = new Native(architecture.get(), arena);
        assumeTrue(Machine.probe(os, ControlGroups.none(), false).filters(), "needs the kernel");
    }

    @AfterEach
    void close() {
        threads.close();
        arena.close();
    }

    @Test
    void heldProcess_hasNothingOfThisJvm_andEndsWhenNobodyIsLeftToAnswer() {
        var descriptors = new Descriptors(os);
        long[] streams = {
            descriptors.open("/dev/null", 0), descriptors.open("/dev/null", 1), descriptors.open("/dev/null", 1)
        };
        Path canary = folder.resolve("ran");
        var arguments = new SpawnArguments(os, List.of("/bin/sh", "-c", ": > " + canary), Map.of(), folder, streams);
        var spawn = new RestrictedSpawn(os, -1, new FilterPrograms(os.architecture()).of(Network.NONE), arguments);

        threads.spawn(spawn);
        LinuxScripts.await(() -> spawn.listener() >= 0);
        var listener = new Listener(os, spawn.listener());
        var poll = new Poll(os, 1);
        int asked = poll.add(listener.fd(), Descriptors.IN);
        poll.await(Duration.ofSeconds(30).toNanos());
        assertThat(poll.isReady(asked)).isTrue();
        Listener.Question question = listener.receive();
        assertThat(question).isNotNull();
        String[] open = new java.io.File("/proc/" + question.thread() + "/fd").list();
        // As the kernel does when a process is killed.
        listener.close();
        spawn.await();

        assertThat(open).containsExactlyInAnyOrder("0", "1", "2");
        assertThat(spawn.result()).isEqualTo(-Native.ENOSYS);
        assertThat(Path.of("/proc/" + question.thread())).doesNotExist();
        assertThat(Files.exists(canary)).isFalse();
        arguments.release();
        for (long each : streams) {
            os.closeDescriptor(each);
        }
    }
}
