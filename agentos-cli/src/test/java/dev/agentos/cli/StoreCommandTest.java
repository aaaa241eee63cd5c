package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.daemon.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code store}, through a daemon and without one; and daemons whose store cannot be opened. */
class StoreCommandTest {
    @TempDir
    Path folder;

    private Path data() {
        return folder.resolve("d");
    }

    private Path store() {
        return data().resolve("agentos.db");
    }

    private Invocation store(String... words) {
        var all = new ArrayList<>(List.of("store"));
        all.addAll(List.of(words));
        all.addAll(List.of("--data", data().toString()));
        return Invocation.of(all.toArray(String[]::new));
    }

    /** Leaves a store behind that has something in it. */
    private void work() {
        try (var _ = Daemon.start(data(), data().resolve("agent-os.sock"))) {
            Invocation remembered = client("memory", "remember", "shared/lab", "Water boils at 93 degrees");
            assertThat(remembered.exit()).as(remembered.err()).isZero();
        }
    }

    private Invocation client(String... words) {
        var all = new ArrayList<>(
                List.of("--socket", data().resolve("agent-os.sock").toString()));
        all.addAll(List.of(words));
        return Invocation.of(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void check_findsASoundStoreSound(boolean running) {
        work();
        try (var _ = running ? Daemon.start(data(), data().resolve("agent-os.sock")) : null) {
            Invocation human = store("check");
            Invocation json = store("check", "--json");

            assertThat(human).isEqualTo(new Invocation(0, store() + " is sound\n", ""));
            assertThat(json.out()).isEqualTo("{\"store\":\"" + store() + "\",\"problems\":[]}\n");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void backup_isAStoreThatADaemonCanGoOnWith(boolean running) throws IOException {
        work();
        Path copy = Files.createDirectory(folder.resolve("copy")).resolve("agentos.db");
        try (var _ = running ? Daemon.start(data(), data().resolve("agent-os.sock")) : null) {
            Invocation backup = store("backup", copy.toString());
            Invocation again = store("backup", copy.toString(), "--json");

            assertThat(backup.out()).isEqualTo("a copy of " + Files.size(copy) + " bytes is in " + copy + "\n");
            assertThat(again.exit()).isEqualTo(1);
            assertThat(again.json().at("error", "code").text()).isEqualTo("STORAGE");
        }
        try (var daemon = new LiveDaemon(copy.getParent())) {
            assertThat(daemon.run("memory", "search", "shared/lab", "boiling").out())
                    .contains("Water boils at 93 degrees");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void vacuumAndRepair_leaveWhatIsThere(boolean running) {
        work();
        try (var _ = running ? Daemon.start(data(), data().resolve("agent-os.sock")) : null) {
            JsonObject vacuum = store("vacuum", "--json").json();
            Invocation repair = store("repair");
            JsonObject repaired = store("repair", "--json").json();

            assertThat(vacuum.members().keySet()).containsExactly("store", "bytesBefore", "bytes");
            assertThat(repair.exit()).as(repair.err()).isZero();
            assertThat(repaired.members().keySet()).containsExactly("store", "repaired");
            assertThat(store("check").exit()).isZero();
        }
    }

    @Test
    void store_isNotMade_justToLookAtIt() {
        Invocation check = store("check");

        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.err())
                .isEqualTo("agent-os: there is no store at " + store() + "; choose a folder with --data\n");
        assertThat(data()).doesNotExist();
    }

    @Test
    void store_isLeftToADaemonThatListensElsewhere() {
        try (var _ = new LiveDaemon(data())) { // its socket has another name
            Invocation check = store("check", "--json");

            assertThat(check.exit()).isEqualTo(1);
            assertThat(check.json().at("error", "code").text()).isEqualTo("DAEMON_RUNNING");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void storeThatIsNone_isOneLine_forTheDaemonAndForTheCommand(boolean daemon) throws IOException {
        Files.createDirectories(data());
        Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwx------"));
        Files.writeString(store(), "this is no database, and long enough to be told from an empty one".repeat(20));

        Invocation refused = daemon ? Invocation.of("run", "--data", data().toString()) : store("check");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err().lines().filter(line -> line.startsWith("agent-os: ")))
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).contains(store().toString()));
        assertThat(data().resolve("agent-os.sock")).doesNotExist();
    }
}
