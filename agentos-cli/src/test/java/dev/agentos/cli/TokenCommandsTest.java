package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.daemon.Daemon;
import dev.agentos.cli.daemon.HouseRules;
import dev.agentos.cli.rpc.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code capability export}, {@code import}, {@code key} and {@code sign}: rights go from one daemon to another. */
class TokenCommandsTest {
    @TempDir
    Path folder;

    private Daemon daemon(String name, String... trusted) {
        return Daemon.start(
                folder.resolve(name),
                folder.resolve(name + ".sock"),
                new HouseRules(List.of(), List.of(), List.of(trusted)));
    }

    private Invocation run(String daemon, String... words) {
        var all = new ArrayList<>(
                List.of("--socket", folder.resolve(daemon + ".sock").toString()));
        all.addAll(List.of(words));
        return Invocation.of(all.toArray(String[]::new));
    }

    private Invocation capability(String daemon, String... words) {
        var all = new ArrayList<>(List.of("capability"));
        all.addAll(List.of(words));
        return run(daemon, all.toArray(String[]::new));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private String right() {
        return "file:" + folder + "/note read";
    }

    private JsonObject system(String daemon) {
        return capability(daemon, "key", "--json").json();
    }

    private String holder() {
        return Invocation.of("capability", "key", file("holder.key")).out().strip();
    }

    /** Has one daemon export a right for another, into the file {@code token}. */
    private JsonObject export(String from, String system) throws IOException {
        Invocation made =
                capability(from, "export", right(), "--for", system, "--holder", holder(), "--life", "1h", "--json");
        assertThat(made.exit()).as(made.err()).isZero();
        Files.writeString(folder.resolve("token"), made.json().at("token").text() + "\n");
        return made.json();
    }

    private String proof(String system) {
        return Invocation.of("capability", "sign", file("token"), "--for", system, "--key", file("holder.key"))
                .out()
                .strip();
    }

    /** What a clerk answers to an order to read a file with a grant. */
    private Invocation read(String daemon, String agent, String grant) {
        String order = "{\"call\": \"file.read\", \"arguments\": {\"path\": \"" + folder + "/note\"}, \"with\": "
                + grant + "}";
        return run(daemon, "ask", agent, order, "--json");
    }

    @Test
    void exportedRight_isUsedInAnotherDaemon_thatTrustsTheFirst() throws IOException {
        Files.writeString(folder.resolve("note"), "hello");
        try (var _ = daemon("one")) {
            String issuer = system("one").at("key").text();
            try (var _ = daemon("two", "one=" + issuer + "=" + right())) {
                String two = system("two").at("system").text();
                run("two", "spawn", "clerk", "--name", "bob");
                JsonObject exported = export("one", two);

                Invocation imported = capability("two", "import", file("token"), "bob", "--proof", proof(two));

                assertThat(imported.exit()).as(imported.err()).isZero();
                assertThat(imported.out()).startsWith("bob#1 is lent grant ").contains(right());
                String grant = imported.out().replaceAll("(?s).*grant (\\d+):.*", "$1");
                assertThat(read("two", "bob", grant).out()).contains("hello");
                assertThat(capability("two", "show", grant).out()).contains("IMPORTED", right());
                assertThat(exported.at("audience").toString()).isEqualTo("[\"" + two + "\"]");
                assertThat(run("one", "log").out()).contains("token:" + two + " export");
            }
        }
    }

    @Test
    void importedRight_ends_whenTheGrantBehindTheTokenIsRevoked() throws IOException {
        Files.writeString(folder.resolve("note"), "hello");
        try (var _ = daemon("one")) {
            String one = system("one").at("system").text();
            run("one", "spawn", "clerk", "--name", "bob");
            String root = export("one", one).at("grants", "0").toString();
            JsonObject imported = capability("one", "import", file("token"), "bob", "--proof", proof(one), "--json")
                    .json();
            String grant = imported.at("grants", "0", "id").toString();
            Invocation before = read("one", "bob", grant);

            Invocation revoked = capability("one", "revoke", root);

            assertThat(before.out()).contains("hello");
            assertThat(revoked.exit()).as(revoked.err()).isZero();
            assertThat(read("one", "bob", grant).exit()).isEqualTo(ExitCode.DENIED);
        }
    }

    @Test
    void token_isRefused_whenItsIssuerIsNotTrusted_orItsProofIsUsedTwice_orStolen() throws IOException {
        try (var _ = daemon("one");
                var _ = daemon("two")) {
            String one = system("one").at("system").text();
            String two = system("two").at("system").text();
            run("one", "spawn", "clerk", "--name", "bob");
            run("two", "spawn", "clerk", "--name", "bob");
            export("one", two);
            Invocation strange = capability("two", "import", file("token"), "bob", "--proof", proof(two));
            export("one", one);
            String proof = proof(one);
            Invocation first = capability("one", "import", file("token"), "bob", "--proof", proof);

            Invocation again = capability("one", "import", file("token"), "bob", "--proof", proof);
            Files.delete(folder.resolve("holder.key"));
            holder();
            Invocation stolen = capability("one", "import", file("token"), "bob", "--proof", proof(one));

            assertThat(strange.err()).contains("UNKNOWN_KEY");
            assertThat(first.exit()).as(first.err()).isZero();
            assertThat(again.err()).contains("REPLAYED");
            assertThat(stolen.err()).contains("BAD_PROOF");
            assertThat(stolen.exit()).isEqualTo(ExitCode.FAILED);
        }
    }

    @Test
    void nameAndKey_areTheSame_inTheNextDaemonOfAFolder() {
        JsonObject before;
        try (var _ = daemon("one")) {
            before = system("one");
        }

        try (var _ = daemon("one")) {
            assertThat(system("one")).isEqualTo(before);
            assertThat(before.at("key").text()).startsWith("ed25519/");
        }
    }

    @Test
    void badInput_isNamed() throws IOException {
        try (var _ = daemon("one")) {
            Files.writeString(folder.resolve("token"), "nonsense");

            assertThat(capability("one", "export", right(), "--for", "x", "--holder", "me", "--life", "1h")
                            .err())
                    .contains("a key is ed25519/… or p256/…, not 'me'");
            assertThat(capability("one", "export", "file:/a", "--for", "x", "--holder", holder(), "--life", "1h")
                            .exit())
                    .isEqualTo(ExitCode.USAGE);
            assertThat(capability("one", "import", file("none"), "host", "--proof", "p")
                            .err())
                    .contains("cannot read the token");
            assertThat(capability("one", "import", file("token"), "host", "--proof", "p")
                            .err())
                    .contains("a proof is v1.");
            assertThat(capability("one", "import", file("token"), "host", "--proof", proof("x"))
                            .err())
                    .contains("token refused: MALFORMED");
            assertThat(capability("one", "sign", file("token"), "--for", "x", "--key", file("none"))
                            .err())
                    .contains("there is no key");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "one=key=file:/a read", "one=ed25519/00=file:/a read", "one=ed25519/00=file:/a"})
    void daemon_doesNotStart_whenAnIssuerIsNotUnderstood(String issuer) {
        assertThatThrownBy(() -> daemon("one", issuer)).isInstanceOf(Failure.class);
        daemon("one").close();
    }
}
