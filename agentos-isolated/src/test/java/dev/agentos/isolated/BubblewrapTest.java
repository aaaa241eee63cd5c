package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.Exit;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An isolated agent lives under bubblewrap as it does under our own sandbox. */
class BubblewrapTest extends IsolatedFixture {
    @TempDir
    private static Path folder;

    private static Path jar;

    @BeforeAll
    static void compile() {
        BubblewrapHostileTest.needsBubblewrap();
        jar = new AgentJar().run("Reader", """
                        String said = Files.readString(Path.of(ctx.param("file", String.class)));
                        try { Files.readString(Path.of("/etc/shadow")); } catch (IOException e) { said += " hidden"; }
                        ctx.send(Address.of("probe"), said);
                        ctx.receive();
                        """).run("Exits", "System.exit(7);").in(folder);
    }

    @Override
    AgentOS.Builder builder() {
        return AgentOS.builder().sandbox("bubblewrap");
    }

    @Test
    void agent_sees_whatItsGrantsSay_andEndsWithATermination() throws IOException {
        Path file = Files.writeString(folder.toRealPath().resolve("note.txt"), "a note")
                .toRealPath();
        AgentHandle reader = os.spawn(spec(jar, "Reader")
                .param("file", file.toString())
                .grant("file:" + file + " read")
                .build());

        Object said = told();
        Exit exit = reader.terminate("enough");

        assertThat(said).isEqualTo("a note hidden");
        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Terminated.class, it -> assertThat(it.abandoned()).isEmpty());
    }

    @Test
    void exit_isTold() {
        var failure = failed(spawn(jar, "Exits").await(LIMIT));

        assertThat(failure.reason()).isEqualTo(Reason.EXITED);
        assertThat(failure).hasMessageContaining("exited with code 7");
    }
}
