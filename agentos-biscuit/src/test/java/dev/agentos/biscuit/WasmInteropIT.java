package dev.agentos.biscuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.token.SignedToken;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.VerifyingKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Rust implementation of Biscuit, as WebAssembly in Node, verifies our tokens, and we verify its. Runs in the profile {@code
 * interop}, which installs it; where it could not be installed, it is skipped with a message.
 */
class WasmInteropIT {
    private static final Path PROGRAM = Path.of("target", "interop");
    private static final String CAPABILITY = "file:/data/** read";
    private static final String NARROW = "file:/data/a.csv read";
    private static final String EARLY = "2029-12-31T23:59:59Z";
    private static final String CODE = """
            agentos_token(1);
            capability("file:/data/** read");
            holder("%s");
            check if using("file:/data/** read");
            check if audience("desk-2") or audience("desk-3");
            check if time($t), $t < 2030-01-01T00:00:00Z;
            """;

    @TempDir
    private Path folder;

    private final BiscuitTokenFormat format = new BiscuitTokenFormat();
    private final TestKey issuer = TestKey.ed25519();
    private final TestKey holder = TestKey.ed25519();
    private final TokenClaims claims = Samples.claims(holder.verifyingKey(), CAPABILITY);

    @BeforeEach
    void requireProgram() {
        assumeThat(PROGRAM.resolve("node_modules/@biscuit-auth/biscuit-wasm"))
                .as("biscuit-wasm is not installed: interoperability was not tested")
                .isDirectory();
    }

    private JsonValue ask(Map<String, ?> command) throws Exception {
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Files.writeString(in, Providers.json().write(JsonValue.of(List.of(command))));
        Process node = new ProcessBuilder("node", "--experimental-wasm-modules", "--no-warnings", "interop.mjs")
                .directory(PROGRAM.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(node.exitValue()).as(Files.readString(err)).isZero();
        // The module greets on standard output before it answers.
        String answer = Files.readString(out).lines().reduce("", (before, line) -> line);
        return Providers.json().parse(answer).asArray().elements().getFirst();
    }

    private JsonValue verifiedByThem(String token, VerifyingKey root, String time, String audience, String... using)
            throws Exception {
        return ask(Map.of(
                "do",
                "verify",
                "token",
                token,
                "root",
                root.toString(),
                "time",
                time,
                "audience",
                audience,
                "using",
                List.of(using)));
    }

    private JsonObject mintedByThem(String code, String algorithm, int keyId) throws Exception {
        JsonValue minted = ask(Map.of("do", "mint", "code", code, "algorithm", algorithm, "keyId", keyId));
        assertThat(minted.at("ok").bool()).as(minted.toString()).isTrue();
        return minted.asObject();
    }

    private String attenuatedByThem(String token, VerifyingKey root, String code) throws Exception {
        JsonValue longer = ask(Map.of("do", "attenuate", "token", token, "root", root.toString(), "code", code));
        assertThat(longer.at("ok").bool()).as(longer.toString()).isTrue();
        return longer.at("token").text();
    }

    // ---- ours, theirs to verify

    @Test
    void theyAcceptOurToken() throws Exception {
        String token = format.mint(claims, issuer, 7);

        JsonValue verified = verifiedByThem(token, issuer.verifyingKey(), EARLY, "desk-2", CAPABILITY);

        assertThat(verified.at("ok").bool()).as(verified.toString()).isTrue();
        assertThat(verified.at("ids").asArray().elements().getFirst().text())
                .isEqualTo(format.verify(token, keyId -> issuer.verifyingKey()).id());
    }

    @Test
    void theyRefuseOurToken_forAnotherAudienceTimeCapabilityOrKey() throws Exception {
        String token = format.mint(claims, issuer, 0);
        VerifyingKey root = issuer.verifyingKey();

        for (JsonValue refused : List.of(
                verifiedByThem(token, root, EARLY, "desk-3", CAPABILITY),
                verifiedByThem(token, root, "2030-01-01T00:00:00Z", "desk-2", CAPABILITY),
                verifiedByThem(token, root, EARLY, "desk-2", "file:/etc/** read"),
                verifiedByThem(token, TestKey.ed25519().verifyingKey(), EARLY, "desk-2", CAPABILITY))) {
            assertThat(refused.at("ok").bool()).isFalse();
        }
    }

    @Test
    void theyHoldOurAttenuation() throws Exception {
        String token = format.attenuate(format.mint(claims, issuer, 0), Samples.narrowed(claims, NARROW), null);
        VerifyingKey root = issuer.verifyingKey();

        JsonValue accepted = verifiedByThem(token, root, EARLY, "desk-2", CAPABILITY, NARROW);
        JsonValue asTheFirstBlockSays = verifiedByThem(token, root, EARLY, "desk-2", CAPABILITY);

        assertThat(accepted.at("ok").bool()).as(accepted.toString()).isTrue();
        assertThat(asTheFirstBlockSays.at("ok").bool()).isFalse();
    }

    @Test
    void theyAcceptOurToken_signedWithP256() throws Exception {
        TestKey hardware = TestKey.p256();
        String token = format.mint(claims, hardware, 0);

        JsonValue verified = verifiedByThem(token, hardware.verifyingKey(), EARLY, "desk-2", CAPABILITY);

        assertThat(verified.at("ok").bool()).as(verified.toString()).isTrue();
    }

    // ---- theirs, ours to verify

    @Test
    void weAcceptTheirToken() throws Exception {
        JsonObject minted = mintedByThem(CODE.formatted(holder.verifyingKey()), "ed25519", 3);
        VerifyingKey root = VerifyingKey.parse(minted.at("root").text());

        SignedToken token = format.verify(minted.at("token").text(), keyId -> keyId == 3 ? root : null);

        assertThat(token.claims()).isEqualTo(Samples.forSystems(claims, "desk-2", "desk-3"));
    }

    @Test
    void weAcceptTheirAttenuation() throws Exception {
        String token = format.mint(claims, issuer, 0);

        String longer = attenuatedByThem(
                token,
                issuer.verifyingKey(),
                "capability(\"%s\"); check if using(\"%s\"); check if time($now), $now < 2029-01-01T00:00:00Z;"
                        .formatted(NARROW, NARROW));

        SignedToken verified = format.verify(longer, keyId -> issuer.verifyingKey());
        assertThat(verified.claims().capabilities()).hasToString("[" + NARROW + "]");
        assertThat(verified.claims().expires()).hasToString("2029-01-01T00:00:00Z");
    }

    @Test
    void theyAcceptWhatWeAppendToTheirs() throws Exception {
        JsonObject minted = mintedByThem(CODE.formatted(holder.verifyingKey()), "ed25519", 0);
        VerifyingKey root = VerifyingKey.parse(minted.at("root").text());
        TokenClaims before = format.read(minted.at("token").text());

        String token = format.attenuate(minted.at("token").text(), Samples.narrowed(before, NARROW), null);

        JsonValue verified = verifiedByThem(token, root, EARLY, "desk-3", CAPABILITY, NARROW);
        assertThat(verified.at("ok").bool()).as(verified.toString()).isTrue();
    }

    @Test
    void weRefuseTheirToken_whenItSaysMoreThanWeUnderstand() throws Exception {
        var additions = new HashMap<String, TokenFault>();
        additions.put("other(1);", TokenFault.MALFORMED);
        additions.put("more($x) <- more($x);", TokenFault.MALFORMED);
        additions.put("check if using($u), $u.matches(\"(a+)+$\");", TokenFault.MALFORMED);
        additions.put("check all time($t), $t < 2029-01-01T00:00:00Z;", TokenFault.MALFORMED);
        additions.put("reject if time($t), $t > 2029-01-01T00:00:00Z;", TokenFault.MALFORMED);

        for (var addition : additions.entrySet()) {
            JsonObject minted = mintedByThem(CODE.formatted(holder.verifyingKey()) + addition.getKey(), "ed25519", 0);
            VerifyingKey root = VerifyingKey.parse(minted.at("root").text());

            assertThatThrownBy(() -> format.verify(minted.at("token").text(), keyId -> root))
                    .as(addition.getKey())
                    .isInstanceOfSatisfying(
                            TokenException.class, e -> assertThat(e.fault()).isEqualTo(addition.getValue()));
        }
    }

    /** Their P-256 brings another version of signatures, which this library does not know. */
    @Test
    void weRefuseTheirToken_signedWithP256() throws Exception {
        JsonObject minted = mintedByThem(CODE.formatted(holder.verifyingKey()), "p256", 0);
        VerifyingKey root = VerifyingKey.parse(minted.at("root").text());

        assertThatThrownBy(() -> format.verify(minted.at("token").text(), keyId -> root))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(TokenFault.MALFORMED));
    }
}
