package dev.agentos.json.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.security.AccessPolicy;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PolicyRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class YamlPolicyFileProviderTest {
    @TempDir
    private Path folder;

    @Test
    void read_returnsEveryField() throws IOException {
        Path file = write("""
                default: allow
                rules:
                  - deny: [tool:shell.execute call, "net:** get"]
                    agents: research/**
                    because: research reads
                  - ask: tool:order.place call; notional>=10000
                    labels: {desk: equities}
                    expires: 10m
                  - deny: any
                    when: tainted
                    principals: ["agent:**", "user:*", operator:0, host]
                """);

        AccessPolicy policy = new YamlPolicyFileProvider().read(file);

        assertThat(policy)
                .isEqualTo(new AccessPolicy(
                        file.toString(),
                        AccessPolicy.Effect.ALLOW,
                        List.of(
                                new PolicyRule(
                                        AccessPolicy.Effect.DENY,
                                        List.of(
                                                Capability.parse("tool:shell.execute call"),
                                                Capability.parse("net:** get")),
                                        List.of("agent:research/**"),
                                        Map.of(),
                                        false,
                                        "research reads",
                                        PolicyRule.DEFAULT_EXPIRY,
                                        3),
                                new PolicyRule(
                                        AccessPolicy.Effect.ASK,
                                        List.of(Capability.parse("tool:order.place call; notional>=10000")),
                                        List.of(),
                                        Map.of("desk", "equities"),
                                        false,
                                        "",
                                        Duration.ofMinutes(10),
                                        6),
                                new PolicyRule(
                                        AccessPolicy.Effect.DENY,
                                        List.of(),
                                        List.of("agent:**", "user:*", "operator:0", "host"),
                                        Map.of(),
                                        true,
                                        "",
                                        PolicyRule.DEFAULT_EXPIRY,
                                        9))));
    }

    @Test
    void read_understandsJson() throws IOException {
        Path file = folder.resolve("policy.json");
        Files.writeString(file, "{\"default\": \"deny\", \"rules\": [{\"allow\": \"tool:clock call\"}]}");

        AccessPolicy policy = new YamlPolicyFileProvider().read(file);

        assertThat(policy.fallback()).isEqualTo(AccessPolicy.Effect.DENY);
        assertThat(policy.rules()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rules: []                                          | expected a field 'default'
            default: maybe                                     | default: expected one of allow, ask, deny
            {default: allow, rule: []}                         | unknown field
            {default: allow, rules: [{because: x}]}            | rules[0]: expected one of the fields allow, ask, deny, got none
            {default: allow, rules: [{deny: any, ask: any}]}   | rules[0]: expected one of the fields allow, ask, deny, got several
            {default: allow, rules: [{deny: []}]}              | rules[0].deny: expected at least one capability, or any
            {default: allow, rules: [{deny: 'tool:x'}]}        | rules[0].deny: expected a capability
            {default: allow, rules: [{deny: 'tool:x call; uses=3'}]} | rules[0].deny: expected a capability without uses
            {default: allow, rules: [{deny: any, agents: 'a//b'}]} | rules[0].agents: expected a capability
            {default: allow, rules: [{deny: any, principals: ['root']}]} | rules[0].principals[0]: expected host
            {default: allow, rules: [{deny: any, principals: ['user:a*']}]} | rules[0].principals[0]: expected host
            {default: allow, rules: [{deny: any, when: angry}]} | rules[0].when: expected 'tainted'
            {default: allow, rules: [{deny: any, expires: 5m}]} | rules[0].expires: only a rule that asks
            {default: allow, rules: [{ask: any, expires: 0s}]} | rules[0].expires: expected a time longer
            """)
    void read_namesThePlace_whenItIsNotUnderstood(String text, String problem) throws IOException {
        Path file = write(text);

        assertThatThrownBy(() -> new YamlPolicyFileProvider().read(file))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageStartingWith(file + ":1: ")
                .hasMessageContaining(problem);
    }

    @Test
    void read_namesTheFile_whenThereIsNone() {
        Path file = folder.resolve("nowhere.yaml");

        assertThatThrownBy(() -> new YamlPolicyFileProvider().read(file))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage(file + ": there is no such file");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("policy.yaml"), text);
    }
}
