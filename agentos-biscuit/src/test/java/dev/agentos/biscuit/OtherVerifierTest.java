package dev.agentos.biscuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import biscuit.format.schema.Schema.PublicKey.Algorithm;
import dev.agentos.api.token.TokenClaims;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.biscuitsec.biscuit.crypto.PublicKey;
import org.biscuitsec.biscuit.datalog.RunLimits;
import org.biscuitsec.biscuit.error.Error;
import org.biscuitsec.biscuit.token.Authorizer;
import org.biscuitsec.biscuit.token.Biscuit;
import org.junit.jupiter.api.Test;

/** Whoever knows Biscuit and nothing of AgentOS comes to the same result, by Datalog. */
class OtherVerifierTest {
    private static final String CAPABILITY = "file:/data/** read";
    private static final String NARROW = "file:/data/a.csv read";

    private final BiscuitTokenFormat format = new BiscuitTokenFormat();
    private final TestKey issuer = TestKey.ed25519();
    private final TokenClaims claims = Samples.claims(TestKey.ed25519().verifyingKey(), CAPABILITY);
    private final String token = format.mint(claims, issuer, 0);

    private Authorizer authorizer(String text, String time, String audience, List<String> using) throws Exception {
        var key = new PublicKey(Algorithm.Ed25519, issuer.verifyingKey().bytes());
        Authorizer authorizer = Biscuit.from_b64url(text, key).authorizer();
        authorizer.add_fact("time(" + time + ")");
        authorizer.add_fact("audience(\"" + audience + "\")");
        for (String each : using) {
            authorizer.add_fact("using(\"" + each + "\")");
        }
        return authorizer.allow();
    }

    private void authorise(String text, String time, String audience, String... using) throws Exception {
        // The library's default of 5 ms is no limit to rely on while a test machine is busy.
        authorizer(text, time, audience, List.of(using)).authorize(new RunLimits(1000, 100, Duration.ofSeconds(30)));
    }

    @Test
    void token_isGood_forItsAudienceInItsTime() throws Exception {
        authorise(token, "2029-12-31T23:59:59Z", "desk-2", CAPABILITY);

        String narrow = format.attenuate(token, Samples.narrowed(claims, NARROW), null);
        authorise(narrow, "2029-12-31T23:59:59Z", "desk-2", CAPABILITY, NARROW);
    }

    @Test
    void token_isNotGood_afterItsTime() {
        assertThatThrownBy(() -> authorise(token, "2030-01-01T00:00:00Z", "desk-2", CAPABILITY))
                .isInstanceOf(Error.FailedLogic.class);
    }

    @Test
    void token_isNotGood_forAnotherAudience() {
        assertThatThrownBy(() -> authorise(token, "2029-01-01T00:00:00Z", "desk-3", CAPABILITY))
                .isInstanceOf(Error.FailedLogic.class);
    }

    @Test
    void token_isNotGood_forWhatItDoesNotSay() {
        assertThatThrownBy(() -> authorise(token, "2029-01-01T00:00:00Z", "desk-2", "file:/etc/** read"))
                .isInstanceOf(Error.FailedLogic.class);
    }

    /** A verifier that looks at the first block only does not give more than the last one leaves. */
    @Test
    void attenuatedToken_isNotGood_forWhatItsFirstBlockSays() {
        String narrow = format.attenuate(token, Samples.narrowed(claims, NARROW), null);

        assertThatThrownBy(() -> authorise(narrow, "2029-01-01T00:00:00Z", "desk-2", CAPABILITY))
                .isInstanceOf(Error.FailedLogic.class);
    }

    @Test
    void attenuatedToken_isNotGood_whenAPartOfItIsOver() {
        TokenClaims wide = Samples.forSystems(claims, "desk-2", "desk-3");
        String forBoth = format.mint(wide, issuer, 0);
        String forOne = format.attenuate(forBoth, Samples.forSystems(wide, "desk-2"), null);
        String shorter = format.attenuate(token, Samples.until(claims, Samples.END.minusSeconds(60)), null);

        assertThatThrownBy(() -> authorise(forOne, "2029-01-01T00:00:00Z", "desk-3", CAPABILITY))
                .isInstanceOf(Error.FailedLogic.class);
        assertThatThrownBy(() -> authorise(shorter, "2029-12-31T23:59:30Z", "desk-2", CAPABILITY))
                .isInstanceOf(Error.FailedLogic.class);
    }

    @Test
    void revocationIds_areThoseOfTheLibrary() throws Exception {
        String narrow = format.attenuate(token, Samples.narrowed(claims, NARROW), null);
        var key = new PublicKey(Algorithm.Ed25519, issuer.verifyingKey().bytes());

        var theirs = Biscuit.from_b64url(narrow, key).revocation_identifiers().stream()
                .map(id -> id.toHex().toLowerCase(Locale.ROOT));

        assertThat(theirs)
                .containsExactlyElementsOf(
                        format.verify(narrow, keyId -> issuer.verifyingKey()).revocationIds());
    }
}
