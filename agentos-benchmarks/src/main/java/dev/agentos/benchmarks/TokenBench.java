package dev.agentos.benchmarks;

import biscuit.format.schema.Schema.PublicKey.Algorithm;
import dev.agentos.api.AgentOS;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SigningKeyProvider;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.api.token.TokenRequest;
import dev.agentos.api.token.TokenTerms;
import dev.agentos.api.token.Tokens;
import dev.agentos.api.token.TrustedIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.biscuitsec.biscuit.crypto.PublicKey;
import org.biscuitsec.biscuit.token.Biscuit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Tokens of one capability are imported, each once, by a runtime in memory through its public API: signatures, language, audience, time and
 * revocation are checked, then the holder's signature under the request, then the gate is crossed and grants are made. For each, the Biscuit
 * library reads and verifies the same token and does nothing else. Both in turns, in the same run, in CPU time of the thread; {@code times} is
 * how much of the library's an import takes, {@code verify times} how much a token that is verified without a request.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 6)
@Measurement(iterations = 5)
public class TokenBench {
    private static final int TOKENS = 600;
    private static final int BATCH = 20;
    private static final Capability CAPABILITY = Capability.parse("file:/data/** read; maxBytes=1MB");
    private static final Capability NARROW = Capability.parse("file:/data/a.csv read; maxBytes=1kB");

    /** Makes one; JMH does. */
    public TokenBench() {}

    /** A token with the request to import it. */
    private record Sent(String token, RequestProof proof) {}

    /** What a system is asked to do with each. */
    @FunctionalInterface
    private interface Work {
        void with(Sent sent) throws Exception;
    }

    /** One look at both. */
    @Benchmark
    public double agentOs() throws Exception {
        var keys = Providers.named(SigningKeyProvider.class, "ed25519");
        try (SigningKey holder = keys.open(Map.of());
                AgentOS issuer = AgentOS.builder()
                        .tokens(TokenOptions.builder("desk-1").keyId(1).build())
                        .build()) {
            var trust = new TrustedIssuer(
                    "desk-1", 1, issuer.tokens().issuerKey(), List.of(Capability.parse("file:/data/** read")));
            try (AgentOS importer = AgentOS.builder()
                    .tokens(TokenOptions.builder("desk-2")
                            .keyId(2)
                            .issuer(trust)
                            .build())
                    .build()) {
                double ratio = compare("", issuer.tokens(), importer.tokens(), sent(issuer, holder, false));
                compare(" of two blocks", issuer.tokens(), importer.tokens(), sent(issuer, holder, true));
                return ratio;
            }
        }
    }

    private static List<Sent> sent(AgentOS issuer, SigningKey holder, boolean attenuated) {
        Instant now = Instant.now();
        TokenTerms terms = TokenTerms.of("desk-2", now, Duration.ofHours(1), holder.verifyingKey());
        var sent = new ArrayList<Sent>();
        for (int i = 0; i < TOKENS; i++) {
            String token = issuer.tokens().export(List.of(CAPABILITY), terms).token();
            if (attenuated) {
                token = issuer.tokens().attenuate(token, TokenClaims.of(List.of(NARROW), terms), null);
            }
            sent.add(new Sent(token, TokenRequest.toImport(token, "desk-2").sign(holder, Instant.now())));
        }
        return sent;
    }

    private static double compare(String what, Tokens issuer, Tokens importer, List<Sent> sent) throws Exception {
        var root = new PublicKey(Algorithm.Ed25519, issuer.issuerKey().bytes());
        PrincipalId holder = PrincipalId.user("alice");
        Work library = each -> Biscuit.from_b64url(each.token(), root);
        Work verifying = each -> importer.verify(each.token());
        Work importing = each -> importer.importToken(each.token(), each.proof(), holder);
        long theirs = 0;
        long verify = 0;
        long ours = 0;
        for (int from = 0; from < sent.size(); from += BATCH) {
            List<Sent> batch = sent.subList(from, from + BATCH);
            theirs += cpu(batch, library);
            verify += cpu(batch, verifying);
            ours += cpu(batch, importing);
        }
        Measured.add("library" + what, (double) theirs / sent.size(), "ns/op");
        Measured.add("import" + what, (double) ours / sent.size(), "ns/op");
        Measured.add("verify times" + what, (double) verify / theirs, "");
        Measured.add("times" + what, (double) ours / theirs, "");
        return (double) ours / theirs;
    }

    private static long cpu(List<Sent> batch, Work work) throws Exception {
        long begin = Measured.currentThreadNanos();
        for (Sent sent : batch) {
            work.with(sent);
        }
        return Measured.currentThreadNanos() - begin;
    }
}
