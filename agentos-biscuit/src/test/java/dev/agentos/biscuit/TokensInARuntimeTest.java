package dev.agentos.biscuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantInfo;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.token.ExportedToken;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.api.token.TokenRequest;
import dev.agentos.api.token.TokenTerms;
import dev.agentos.api.token.TrustedIssuer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent of one runtime acts with a right of another. */
class TokensInARuntimeTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Capability EMIT = Capability.parse("event:trade.* emit");

    @TempDir
    private Path folder;

    private final TestKey holder = TestKey.ed25519();

    /** What the agent says that it did. */
    record Done(String what) {}

    private static AgentOS issuer() {
        return AgentOS.builder()
                .tokens(TokenOptions.builder("desk-1").keyId(1).build())
                .build();
    }

    private static TokenOptions trusting(AgentOS issuer) {
        return TokenOptions.builder("desk-2")
                .keyId(2)
                .issuer(new TrustedIssuer("desk-1", 1, issuer.tokens().issuerKey(), List.of(EMIT)))
                .build();
    }

    private ExportedToken exported(AgentOS issuer) {
        var terms = new TokenTerms(Set.of("desk-2"), Instant.now().plus(Duration.ofHours(1)), holder.verifyingKey());
        return issuer.tokens().export(List.of(EMIT), terms);
    }

    private RequestProof proof(ExportedToken token) {
        return TokenRequest.toImport(token.token(), "desk-2").sign(holder, Instant.now());
    }

    /** Acts with the first grant that it is lent, if there is one, and says so. */
    private static AgentHandle bot(AgentOS os, String name) {
        return os.spawn(AgentSpec.builder(name)
                .onMessage((message, ctx) -> {
                    List<Grant> lent = ctx.capabilities().lent();
                    if (lent.isEmpty()) {
                        ctx.reply(message, "nothing");
                    } else {
                        ctx.with(lent.getFirst()).emit("trade.done", new Done("bought"));
                        ctx.reply(message, "done");
                    }
                })
                .build());
    }

    @Test
    void agent_actsWithWhatWasImported_untilItIsRevoked() {
        try (AgentOS one = issuer();
                AgentOS two = AgentOS.builder().tokens(trusting(one)).build()) {
            AgentHandle bot = bot(two, "bot");
            ExportedToken token = exported(one);
            two.tokens().importToken(token.token(), proof(token), PrincipalId.agent(bot.id()));

            GrantInfo imported = two.grants().list(PrincipalId.agent(bot.id())).getFirst();
            String before = bot.ask("go", String.class, LIMIT);
            two.tokens().revoke(token.id(), token.claims().expires());
            String after = bot.ask("go", String.class, LIMIT);

            assertThat(imported.origin()).isEqualTo(GrantOrigin.IMPORTED);
            assertThat(before).isEqualTo("done");
            assertThat(after).isEqualTo("nothing");
        }
    }

    @Test
    void import_isRefused_forAnAgentThatHasEnded() {
        try (AgentOS one = issuer();
                AgentOS two = AgentOS.builder().tokens(trusting(one)).build()) {
            AgentHandle first = bot(two, "bot");
            first.terminate("test");
            first.await(LIMIT);
            bot(two, "bot");
            ExportedToken token = exported(one);

            assertThatThrownBy(
                            () -> two.tokens().importToken(token.token(), proof(token), PrincipalId.agent(first.id())))
                    .isInstanceOf(DeliveryException.class);
        }
    }

    @Test
    void revokingAGrantByItsNumber_revokesTheTokenThatItWasExportedAs() {
        try (AgentOS one = issuer();
                AgentOS two = AgentOS.builder().tokens(trusting(one)).build()) {
            ExportedToken token = exported(one);

            one.tokens().revoke(token.id(), token.claims().expires());

            assertThat(one.tokens().exported())
                    .singleElement()
                    .satisfies(each -> assertThat(each.revoked()).isTrue());
            assertThat(one.tokens().revoked()).containsExactly(token.id());
            assertThat(two.tokens().verify(token.token()).id()).isEqualTo(token.id());
        }
    }

    @Test
    void tokens_areOfTheSameKeyAndStanding_whenTheProgramStartsAgain() {
        var options = TokenOptions.builder("desk-1")
                .key("ed25519", Map.of("file", folder.resolve("key").toString()))
                .build();
        ExportedToken token;
        try (AgentOS first = AgentOS.builder()
                .storage(folder.resolve("store.db"))
                .tokens(options)
                .build()) {
            var terms =
                    new TokenTerms(Set.of("desk-1"), Instant.now().plus(Duration.ofHours(1)), holder.verifyingKey());
            token = first.tokens().export(List.of(Capability.parse("event:trade.* emit; uses=5")), terms);
        }

        try (AgentOS second = AgentOS.builder()
                .storage(folder.resolve("store.db"))
                .tokens(options)
                .build()) {
            AgentHandle bot = bot(second, "bot");
            RequestProof proof = TokenRequest.toImport(token.token(), "desk-1").sign(holder, Instant.now());
            second.tokens().importToken(token.token(), proof, PrincipalId.agent(bot.id()));

            assertThat(bot.ask("go", String.class, LIMIT)).isEqualTo("done");
            assertThat(second.tokens().exported())
                    .singleElement()
                    .satisfies(each -> assertThat(each.id()).isEqualTo(token.id()))
                    .satisfies(
                            each -> assertThat(each.grants().getFirst().used()).isEqualTo(1));
        }
    }

    @Test
    void exportedToken_staysRevoked_whenItsGrantWasRevokedBeforeTheRestart() {
        var options = TokenOptions.builder("desk-1")
                .key("ed25519", Map.of("file", folder.resolve("key").toString()))
                .build();
        ExportedToken token;
        try (AgentOS first = AgentOS.builder()
                .storage(folder.resolve("store.db"))
                .tokens(options)
                .build()) {
            Grant granted = first.tokens()
                    .export(List.of(EMIT), terms("desk-1"))
                    .grants()
                    .getFirst();
            token = first.tokens().export(granted, List.of(EMIT), terms("desk-1", "desk-9"));
            first.tokens()
                    .revoke(
                            first.tokens().exported().getFirst().id(),
                            Instant.now().plusSeconds(9));
            assertThat(token.revoked()).isTrue();
        }

        try (AgentOS second = AgentOS.builder()
                .storage(folder.resolve("store.db"))
                .tokens(options)
                .build()) {
            assertThat(second.tokens().revoked()).contains(token.id());
        }
    }

    private TokenTerms terms(String... audience) {
        return new TokenTerms(Set.of(audience), Instant.now().plus(Duration.ofHours(1)), holder.verifyingKey());
    }

    @Test
    void runtime_exchangesNoTokens_unlessItIsTold() {
        try (AgentOS os = AgentOS.inMemory()) {
            assertThatThrownBy(os::tokens)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("TokenOptions.builder");
        }
    }
}
