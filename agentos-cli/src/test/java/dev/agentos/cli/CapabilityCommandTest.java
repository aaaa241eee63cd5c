package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code capability}, against a live daemon. */
class CapabilityCommandTest {
    @TempDir
    Path folder;

    private LiveDaemon daemon;

    @BeforeEach
    void startDaemon() {
        daemon = new LiveDaemon(folder.resolve("d"));
        daemon.spawn("clerk", "--name", "desk");
        daemon.spawn("clerk", "--name", "bob");
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    private Invocation capability(String... words) {
        var all = new ArrayList<>(List.of("capability"));
        all.addAll(List.of(words));
        return daemon.run(all.toArray(String[]::new));
    }

    private long grant(String agent, String capability) {
        return capability("grant", agent, capability, "--json")
                .json()
                .at("grant", "id")
                .number()
                .longValueExact();
    }

    /** What a clerk answers to an order to read a file. */
    private Invocation read(String agent, String with) {
        return daemon.run(
                "ask",
                agent,
                "{\"call\": \"file.read\", \"arguments\": {\"path\": \"" + folder + "/note\"}" + with + "}",
                "--json");
    }

    private String right() {
        return "file:" + folder + "/note read";
    }

    @Test
    void grant_works_untilItIsRevoked() throws IOException {
        Files.writeString(folder.resolve("note"), "hello");
        Invocation before = read("desk", "");
        Invocation granted = capability("grant", "desk", right());

        Invocation with = read("desk", "");
        JsonObject shown = capability("list", "desk", "--json").json();
        String id = shown.at("grants").asArray().elements().getFirst().at("id").toString();
        Invocation revoked = capability("revoke", id, "--reason", "enough");
        Invocation after = read("desk", "");

        assertThat(before.exit()).isEqualTo(ExitCode.DENIED);
        assertThat(granted.out()).isEqualTo("desk#1 holds grant " + id + ": " + right() + "\n");
        assertThat(with.exit()).as(with.err()).isZero();
        assertThat(with.out()).contains("hello");
        assertThat(revoked.out()).isEqualTo("grant " + id + " is revoked\n");
        assertThat(after.exit()).isEqualTo(ExitCode.DENIED);
        assertThat(after.err())
                .contains("it was revoked; 'agent-os capability show " + id + "' shows that grant; to allow it");
        assertThat(after.json().at("error", "grant").toString()).isEqualTo(id);
        assertThat(daemon.run("log").out()).contains("grant:file grant", "grant:file revoke");
    }

    @Test
    void delegation_isLent_andEndsWithItsRoot() throws IOException {
        Files.writeString(folder.resolve("note"), "hello");
        long root = grant("desk", right());
        Invocation delegated = capability("delegate", "" + root, "bob", right() + "; uses=2");
        String lent = delegated.out().replaceAll("(?s).*lent grant (\\d+) .*", "$1");

        Invocation ambient = read("bob", "");
        Invocation meant = read("bob", ", \"with\": " + lent);
        Invocation show = capability("show", "" + root);
        capability("revoke", "" + root);
        Invocation after = read("bob", ", \"with\": " + lent);

        assertThat(delegated.out())
                .as(delegated.err())
                .isEqualTo("bob#2 is lent grant " + lent + " of grant " + root + ": " + right() + "; uses=2\n");
        assertThat(ambient.exit()).isEqualTo(ExitCode.DENIED);
        assertThat(meant.exit()).as(meant.err()).isZero();
        assertThat(show.out()).contains("capability", right(), "derived from it:", "bob#2", "DELEGATED " + root);
        assertThat(after.exit()).isEqualTo(ExitCode.DENIED);
    }

    @Test
    void delegation_isDenied_ifItIsWider_orMayNotBeHandedOn() {
        long narrow = grant("desk", right() + "; depth=0");

        Invocation wider = capability("delegate", "" + narrow, "bob", "file:/** read");
        Invocation onward = capability("delegate", "" + narrow, "bob");

        assertThat(wider.exit()).isEqualTo(ExitCode.DENIED);
        assertThat(onward.exit()).isEqualTo(ExitCode.DENIED);
        assertThat(onward.err()).contains("may not be handed on");
    }

    @Test
    void explain_saysWhy_andDoesNothing() {
        long id = grant("desk", "tool:order.place call; notional<=10000; uses=1");

        Invocation yes = capability("explain", "desk", "tool:order.place call; notional=9000");
        Invocation no = capability("explain", "desk", "tool:order.place call; notional=12000");
        Invocation host = capability("explain", "host", "tool:order.place call");
        Invocation json = capability("explain", "desk", "tool:order.place call; notional=12000", "--json");

        assertThat(yes.exit()).isZero();
        assertThat(yes.out()).startsWith("allowed by grant " + id + " ");
        assertThat(no.exit()).isEqualTo(ExitCode.DENIED);
        assertThat(no.out()).contains("notional is 12000");
        assertThat(host.exit()).isZero();
        assertThat(json.json().at("allowed").bool()).isFalse();
        assertThat(json.json().at("missing").text()).contains("notional<=12000");
        assertThat(capability("show", "" + id, "--json")
                        .json()
                        .at("grant", "usage", "uses")
                        .number())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            file:/** read                      | has a wildcard
            file:/a read,write                 | has 2 verbs
            tool:x call; uses=1                | is for grants
            tool:x call; notional<=1           | is for grants
            tool:x                             | capability
            """)
    void explain_refuses_whatIsNoAction(String action, String problem) {
        Invocation refused = capability("explain", "desk", action);

        assertThat(refused.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains(problem);
    }

    @Test
    void unknownGrants_areNamed() {
        assertThat(capability("show", "999").err()).contains("no grant 999; 'agent-os capability list' shows");
        assertThat(capability("revoke", "999").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(capability("delegate", "999", "bob").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(capability("grant", "desk", "file:/a").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(capability("grant", "nobody", right()).exit()).isEqualTo(ExitCode.FAILED);
        assertThat(capability().exit()).isEqualTo(ExitCode.USAGE);
    }
}
