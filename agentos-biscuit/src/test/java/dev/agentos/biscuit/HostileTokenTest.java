package dev.agentos.biscuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import biscuit.format.schema.Schema;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.agentos.api.error.TokenException;
import dev.agentos.api.token.KeyAlgorithm;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.VerifyingKey;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import net.i2p.crypto.eddsa.EdDSAEngine;
import net.i2p.crypto.eddsa.EdDSAPublicKey;
import net.i2p.crypto.eddsa.spec.EdDSAPublicKeySpec;
import org.biscuitsec.biscuit.crypto.KeyPair;
import org.biscuitsec.biscuit.token.Biscuit;
import org.biscuitsec.biscuit.token.builder.Block;
import org.biscuitsec.biscuit.token.format.SerializedBiscuit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that somebody has tampered with, and such as no honest issuer makes. */
class HostileTokenTest {
    private static final String GOOD = """
            agentos_token(1);
            holder("ed25519/%s");
            capability("file:/data/** read");
            check if using("file:/data/** read");
            check if audience("desk-2");
            check if time($now), $now < 2030-01-01T00:00:00Z;
            """.formatted("1f".repeat(32));

    private final BiscuitTokenFormat format = new BiscuitTokenFormat();
    private final KeyPair root = new KeyPair();
    private final TestKey issuer = TestKey.ed25519();
    private final TestKey holder = TestKey.ed25519();
    private final TokenClaims claims = Samples.claims(holder.verifyingKey(), "file:/data/** read");

    /** A token with three blocks. */
    private String chain() {
        TokenClaims less = Samples.narrowed(claims, "file:/data/a/** read");
        TokenClaims least = Samples.narrowed(claims, "file:/data/a/b read");
        return format.attenuate(format.attenuate(format.mint(claims, issuer, 0), less, null), least, null);
    }

    private static Schema.Biscuit decoded(String token) throws Exception {
        return Schema.Biscuit.parseFrom(Base64.getUrlDecoder().decode(token));
    }

    private static String encoded(Schema.Biscuit biscuit) {
        return Base64.getUrlEncoder().encodeToString(biscuit.toByteArray());
    }

    private static String encoded(Schema.Biscuit.Builder biscuit) {
        return encoded(biscuit.build());
    }

    private void assertRefused(TokenFault fault, String token) {
        assertThatThrownBy(() -> format.verify(token, keyId -> issuer.verifyingKey()))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    private void assertRefusedOfLibrary(TokenFault fault, String token) {
        var key = VerifyingKey.of(KeyAlgorithm.ED25519, root.public_key().toBytes());
        assertThatThrownBy(() -> format.verify(token, keyId -> key))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    // ---- blocks

    @Test
    void token_isRefused_whenBlocksAreReordered() throws Exception {
        Schema.Biscuit biscuit = decoded(chain());
        var blocks = new ArrayList<>(biscuit.getBlocksList());
        Collections.reverse(blocks);

        String reordered = encoded(biscuit.toBuilder().clearBlocks().addAllBlocks(blocks));

        assertRefused(TokenFault.BAD_SIGNATURE, reordered);
    }

    @Test
    void token_isRefused_whenTheLastBlockIsStripped() throws Exception {
        Schema.Biscuit biscuit = decoded(chain());

        assertRefused(TokenFault.BAD_SIGNATURE, encoded(biscuit.toBuilder().removeBlocks(1)));
        assertRefused(TokenFault.BAD_SIGNATURE, encoded(biscuit.toBuilder().clearBlocks()));
    }

    @Test
    void token_isRefused_whenABlockInTheMiddleIsStripped() throws Exception {
        Schema.Biscuit biscuit = decoded(chain());

        assertRefused(TokenFault.BAD_SIGNATURE, encoded(biscuit.toBuilder().removeBlocks(0)));
    }

    @Test
    void token_isRefused_whenABlockComesFromAnother() throws Exception {
        Schema.Biscuit one = decoded(chain());
        Schema.Biscuit other = decoded(chain());

        assertRefused(TokenFault.BAD_SIGNATURE, encoded(one.toBuilder().setBlocks(0, other.getBlocks(0))));
        assertRefused(TokenFault.BAD_SIGNATURE, encoded(one.toBuilder().setAuthority(other.getAuthority())));
        assertRefused(TokenFault.BAD_SIGNATURE, encoded(one.toBuilder().setProof(other.getProof())));
    }

    @Test
    void token_isRefused_whenOneByteOfABlockIsAnother() throws Exception {
        Schema.Biscuit biscuit = decoded(format.mint(claims, issuer, 0));
        byte[] data = biscuit.getAuthority().getBlock().toByteArray();
        int path = new String(data, StandardCharsets.ISO_8859_1).indexOf("/data");
        data[path + 1] = 'e';

        String changed = encoded(biscuit.toBuilder()
                .setAuthority(biscuit.getAuthority().toBuilder().setBlock(ByteString.copyFrom(data))));

        assertRefused(TokenFault.BAD_SIGNATURE, changed);
    }

    /** Who steals a token can append to it, as anybody can who has it: but not another holder. */
    @Test
    void thief_cannotMakeATokenHisOwn() throws Exception {
        TestKey thief = TestKey.ed25519();
        String stolen = format.mint(claims, issuer, 0);
        Envelope envelope = Envelope.read(stolen);
        TokenClaims own = Samples.heldBy(claims, thief.verifyingKey());
        byte[] message = ("agentos-handover/1\n" + "00" + "\n" + own.text()).getBytes(StandardCharsets.UTF_8);
        var reader = new BlockReader();
        reader.read(envelope.blocks().getFirst().data());
        String selfSigned = HexFormat.of().formatHex(thief.sign(message));

        String forged = envelope.append(BlockWriter.later(own, claims, reader.words(), selfSigned))
                .write();

        assertRefused(TokenFault.BAD_SIGNATURE, forged);
    }

    /** What the holder signed for a narrow token is not good for a wide one. */
    @Test
    void handover_isGoodForItsClaimsAlone() {
        TestKey friend = TestKey.ed25519();
        String token = format.mint(claims, issuer, 0);
        TokenClaims narrow = Samples.heldBy(Samples.narrowed(claims, "file:/data/a read"), friend.verifyingKey());
        Envelope handed = Envelope.read(format.attenuate(token, narrow, holder));
        var reader = new BlockReader();
        reader.read(handed.blocks().get(0).data());
        var words = reader.words();
        String handover = Objects.requireNonNull(
                reader.read(handed.blocks().get(1).data()).handover());

        TokenClaims wide = Samples.heldBy(claims, friend.verifyingKey());
        String forged = Envelope.read(token)
                .append(BlockWriter.later(wide, claims, words, handover))
                .write();

        assertRefused(TokenFault.BAD_SIGNATURE, forged);
    }

    @Test
    void laterBlock_cannotWiden() {
        Envelope token = Envelope.read(format.mint(claims, issuer, 0));
        var reader = new BlockReader();
        reader.read(token.blocks().getFirst().data());

        String wider = token.append(BlockWriter.later(
                        Samples.narrowed(claims, "file:/** read,write"), claims, reader.words(), null))
                .write();
        String later = token.append(BlockWriter.later(
                        Samples.until(claims, claims.expires().plusSeconds(1)), claims, reader.words(), null))
                .write();
        String elsewhere = token.append(
                        BlockWriter.later(Samples.forSystems(claims, "desk-9"), claims, reader.words(), null))
                .write();

        assertRefused(TokenFault.WIDENED, wider);
        assertRefused(TokenFault.WIDENED, later);
        assertRefused(TokenFault.WIDENED, elsewhere);
    }

    // ---- bombs

    @Test
    void token_isRefused_beforeItIsDecoded_whenItIsTooLong() {
        assertRefused(TokenFault.TOO_LARGE, "A".repeat(Envelope.MAX_TEXT + 1));
    }

    @Test
    void mint_isRefused_whenTheTokenWouldBeTooLong() {
        String[] long16 = new String[TokenClaims.MAX_CAPABILITIES];
        for (int i = 0; i < long16.length; i++) {
            long16[i] = "file:/" + "x".repeat(3_900) + i + " read";
        }

        assertThatThrownBy(() -> format.mint(Samples.claims(holder.verifyingKey(), long16), issuer, 0))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(TokenFault.TOO_LARGE));
    }

    @Test
    void token_isRefused_beforeAnySignatureIsChecked_whenItHasTooManyBlocks() throws Exception {
        Schema.Biscuit biscuit = decoded(chain());
        var many = biscuit.toBuilder();
        for (int i = 0; i < 200; i++) {
            many.addBlocks(biscuit.getBlocks(0));
        }

        assertRefused(TokenFault.TOO_DEEP, encoded(many));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // A rule that makes facts without end, and one that joins all of them.
                "more($x) <- more($x), capability($y);",
                "pair($a, $b, $c, $d) <- capability($a), capability($b), capability($c), capability($d);",
                // Facts that a check of ours would be satisfied by.
                "time(2020-01-01T00:00:00Z);",
                "audience(\"desk-9\");",
                "using(\"file:/data/** read\");",
                "revocation_id(\"00\");",
                // Checks that cost, or mean something that we do not look at.
                "check if using($u), $u.matches(\"(a+)+$\");",
                "check if audience($a), $a.matches(\"(x|x)*y\");",
                "check if time($t), $t <= 2029-01-01T00:00:00Z;",
                "check if time($t), $t < 2029-01-01T00:00:00Z, $t > 2020-01-01T00:00:00Z;",
                "check if time($t), $t < 2029-01-01T00:00:00Z || true;",
                "check if time($t);",
                "check if true;",
                "check all using($u), $u == \"file:/data/** read\";",
                "check if operation(\"read\");",
                "agentos_token(1);",
                "holder(\"ed25519/00\");",
                "capability(\"file:/data/a read\");",
                "capability(\"file:/data/** read\");",
                "capability(7);",
                "capability(\"file:/data/a read\", \"file:/data/a read\");"
            })
    void token_isRefused_whenItSaysAnythingElse(String addition) throws Exception {
        String token = mintedByTheLibrary(GOOD + addition);

        assertRefusedOfLibrary(TokenFault.MALFORMED, token);
    }

    @Test
    void token_isAccepted_withoutAnythingElse() throws Exception {
        String token = mintedByTheLibrary(GOOD);

        assertThat(format.read(token).capabilities()).hasToString("[file:/data/** read]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "more($x) <- more($x);",
                "check if using($u), $u.matches(\"(a+)+$\");",
                "check if time($t), $t < 2029-01-01T00:00:00Z; time(2020-01-01T00:00:00Z);",
                "handover(\"00\");",
                "holder(\"ed25519/2222222222222222222222222222222222222222222222222222222222222222\");",
                "agentos_token(1);",
                "capability(\"file:/data/a read\");",
                "check if using(\"file:/data/a read\");"
            })
    void laterBlock_isRefused_whenItSaysAnythingElse(String addition) throws Exception {
        Biscuit first = Biscuit.from_b64url(mintedByTheLibrary(GOOD), root.public_key());

        String token = first.attenuate(block(addition)).serialize_b64url();

        assertRefusedOfLibrary(TokenFault.MALFORMED, token);
    }

    @Test
    void blocksOfThirdParties_areRefused() throws Exception {
        Biscuit first = Biscuit.from_b64url(mintedByTheLibrary(GOOD), root.public_key());
        var external = new KeyPair();
        var contents = first.thirdPartyRequest()
                .createBlock(external, block("check if audience(\"desk-2\");"))
                .get();

        String token =
                first.appendThirdPartyBlock(external.public_key(), contents).serialize_b64url();

        assertRefusedOfLibrary(TokenFault.MALFORMED, token);
    }

    @Test
    void fieldsThatAreNotKnown_areRefused() throws Exception {
        Schema.Biscuit biscuit = decoded(format.mint(claims, issuer, 0));
        var field = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();

        assertRefused(TokenFault.MALFORMED, encoded(biscuit.toBuilder().setUnknownFields(field)));
        assertRefused(
                TokenFault.MALFORMED,
                encoded(biscuit.toBuilder()
                        .setAuthority(biscuit.getAuthority().toBuilder().setUnknownFields(field))));
    }

    // ---- what is mandatory

    private static String without(String line) {
        return GOOD.lines().filter(each -> !each.startsWith(line)).reduce("", (a, b) -> a + b + "\n");
    }

    @Test
    void token_isRefused_whenAudienceExpiryOrHolderIsMissing() throws Exception {
        assertRefusedOfLibrary(TokenFault.NO_AUDIENCE, mintedByTheLibrary(without("check if audience")));
        assertRefusedOfLibrary(TokenFault.NO_EXPIRY, mintedByTheLibrary(without("check if time")));
        assertRefusedOfLibrary(TokenFault.NO_HOLDER, mintedByTheLibrary(without("holder")));
        assertRefusedOfLibrary(TokenFault.MALFORMED, mintedByTheLibrary(without("capability")));
        assertRefusedOfLibrary(TokenFault.MALFORMED, mintedByTheLibrary(without("check if using")));
        assertRefusedOfLibrary(TokenFault.MALFORMED, mintedByTheLibrary(without("agentos_token")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/data/../etc read", "file:/data/** read ", "file:/data/** write,read", "nonsense"})
    void token_isRefused_whenItsCapabilityIsNotInTheOneTextOfIt(String text) throws Exception {
        String token = mintedByTheLibrary(GOOD.replace("file:/data/** read", text));

        assertRefusedOfLibrary(TokenFault.MALFORMED, token);
    }

    // ---- sealed

    @Test
    void sealedToken_isVerified_andCannotBeAttenuated() throws Exception {
        String sealed = encoded(sealed(mintedByTheLibrary(GOOD)));
        var key = VerifyingKey.of(KeyAlgorithm.ED25519, root.public_key().toBytes());

        var verified = format.verify(sealed, keyId -> key);

        assertThat(verified.sealed()).isTrue();
        assertThatThrownBy(
                        () -> format.attenuate(sealed, Samples.narrowed(verified.claims(), "file:/data/a read"), null))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(TokenFault.SEALED));
    }

    @Test
    void seal_isRefused_whenItBelongsToAnother() throws Exception {
        Schema.Biscuit one = sealed(mintedByTheLibrary(GOOD));
        Schema.Biscuit other = sealed(mintedByTheLibrary(GOOD));

        String mixed = encoded(one.toBuilder().setProof(other.getProof()));

        assertRefusedOfLibrary(TokenFault.BAD_SIGNATURE, mixed);
    }

    // ---- signatures

    /** Whoever sees a signature could make a second one, and the token would have another id: revoked, it would live on. */
    @Test
    void signature_isRefused_whenItsScalarIsNotReduced() throws Exception {
        Schema.Biscuit biscuit = decoded(format.mint(claims, issuer, 0));
        byte[] signature = biscuit.getAuthority().getSignature().toByteArray();
        byte[] message = Envelope.read(encoded(biscuit)).blocks().getFirst().message();

        byte[] second = withOrderAdded(signature);

        assertThat(engineAccepts(issuer.verifyingKey().bytes(), message, second))
                .isTrue();
        assertRefused(
                TokenFault.BAD_SIGNATURE,
                encoded(biscuit.toBuilder()
                        .setAuthority(biscuit.getAuthority().toBuilder().setSignature(ByteString.copyFrom(second)))));
    }

    private static byte[] withOrderAdded(byte[] signature) {
        var order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] copy = signature.clone();
        byte[] big = new byte[32];
        for (int i = 0; i < 32; i++) {
            big[i] = copy[63 - i];
        }
        byte[] sum = new BigInteger(1, big).add(order).toByteArray();
        for (int i = 0; i < 32; i++) {
            int at = sum.length - 1 - i;
            copy[32 + i] = at >= 0 ? sum[at] : 0;
        }
        return copy;
    }

    private static boolean engineAccepts(byte[] key, byte[] message, byte[] signature) throws Exception {
        var engine = new EdDSAEngine(MessageDigest.getInstance("SHA-512"));
        engine.initVerify(new EdDSAPublicKey(new EdDSAPublicKeySpec(key, KeyPair.ed25519)));
        return engine.verifyOneShot(message, signature);
    }

    /** For the point of order one, everybody's R = S·B is right for every message. */
    @Test
    void keysOfSmallOrder_signNothing() throws Exception {
        byte[] identity = new byte[32];
        identity[0] = 1;
        byte[] message = {1, 2, 3};
        byte[] forged = new byte[64];
        forged[0] = 1; // R is the identity and S is 0

        boolean engine = engineAccepts(identity, message, forged);

        assertThat(engine).isTrue();
        assertThat(Signatures.isEd25519(identity, message, forged)).isFalse();
    }

    @Test
    void idsAreTheSame_whicheverOfTwoSignaturesOverP256AThiefWrites() throws Exception {
        TestKey hardware = TestKey.p256();
        Schema.Biscuit biscuit = decoded(format.mint(claims, hardware, 0));
        byte[] signature = biscuit.getAuthority().getSignature().toByteArray();
        byte[] other = otherOfTwo(signature);

        String twin = encoded(biscuit.toBuilder()
                .setAuthority(biscuit.getAuthority().toBuilder().setSignature(ByteString.copyFrom(other))));

        assertThat(other).isNotEqualTo(signature);
        assertThat(format.verify(twin, keyId -> hardware.verifyingKey()).id())
                .isEqualTo(format.verify(encoded(biscuit), keyId -> hardware.verifyingKey())
                        .id());
    }

    private static byte[] otherOfTwo(byte[] der) {
        var order = new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
        int first = der[3];
        byte[] r = Arrays.copyOfRange(der, 4, 4 + first);
        byte[] s = Arrays.copyOfRange(der, 6 + first, der.length);
        byte[] twin = order.subtract(new BigInteger(s)).toByteArray();
        var out = new ByteArrayOutputStream();
        out.write(0x30);
        out.write(4 + r.length + twin.length);
        out.write(2);
        out.write(r.length);
        out.writeBytes(r);
        out.write(2);
        out.write(twin.length);
        out.writeBytes(twin);
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "====", "not base64!", "AAAA", "CgA=", "EgA="})
    void nonsense_isRefused(String text) {
        assertRefused(TokenFault.MALFORMED, text);
    }

    @Test
    void messages_neverHoldTheToken() {
        String token = chain();
        UnaryOperator<String> broken = text -> text.substring(0, text.length() - 8) + "AAAAAAA=";

        assertThatThrownBy(() -> format.verify(broken.apply(token), keyId -> issuer.verifyingKey()))
                .isInstanceOf(TokenException.class)
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain(token.substring(0, 40)));
    }

    // ---- what the library makes

    private String mintedByTheLibrary(String datalog) throws Exception {
        var builder = Biscuit.builder(root);
        for (String line : statements(datalog)) {
            if (line.startsWith("check")) {
                builder.add_authority_check(line);
            } else if (line.contains("<-")) {
                builder.add_authority_rule(line);
            } else {
                builder.add_authority_fact(line);
            }
        }
        return builder.build().serialize_b64url();
    }

    private Schema.Biscuit sealed(String token) throws Exception {
        var serialized = SerializedBiscuit.from_bytes(Base64.getUrlDecoder().decode(token), root.public_key());
        assertThat(serialized.seal().isRight()).isTrue();
        return Schema.Biscuit.parseFrom(serialized.serialize());
    }

    private static Block block(String datalog) throws Exception {
        var block = new Block();
        for (String line : statements(datalog)) {
            if (line.startsWith("check")) {
                block.add_check(line);
            } else if (line.contains("<-")) {
                block.add_rule(line);
            } else {
                block.add_fact(line);
            }
        }
        return block;
    }

    private static List<String> statements(String datalog) {
        return List.of(datalog.strip().split(";\\s*"));
    }
}
