package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SigningKeyProvider;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenRequest;
import dev.agentos.cli.daemon.FileProblem;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code capability export}, {@code import}, {@code key} and {@code sign}: rights that go from one system to another. */
final class TokenCommands {
    private static final long MOST_BYTES = 1 << 20;

    private TokenCommands() {}

    /** {@code capability export}. */
    @Command(name = "export", description = "Print a signed token of what you hold, for other systems.")
    static final class Export extends CapabilityCommand.Base {
        @Parameters(paramLabel = "CAPABILITY", arity = "1..*", description = "What it permits.")
        private List<String> capabilities = List.of();

        @Option(
                names = "--for",
                paramLabel = "SYSTEM",
                required = true,
                description = "Who may accept it: what 'capability key' says there. May be given again.")
        private List<String> audience = List.of();

        @Option(
                names = "--holder",
                paramLabel = "KEY",
                required = true,
                description = "Who can use it: what 'capability key FILE' says.")
        private String holder = "";

        @Option(
                names = "--life",
                paramLabel = "D",
                required = true,
                converter = DurationConverter.class,
                description = "How long it is good for, as in 8h.")
        private Duration life = Duration.ZERO;

        @Override
        public Integer call() {
            JsonObject document = root().call(
                            "token.export",
                            JsonObject.builder()
                                    .put("capabilities", capabilities)
                                    .put("audience", audience)
                                    .put("lifeMillis", life.toMillis())
                                    .put("holder", holder)
                                    .build());
            root().output().print(document, document.at("token").text() + "\n");
            return ExitCode.DONE;
        }
    }

    /** {@code capability import}. */
    @Command(
            name = "import",
            description = "Lend what a token permits to an agent, or give it to somebody else. Again: the same grants.")
    static final class Import extends CapabilityCommand.Base {
        @Parameters(index = "0", paramLabel = "FILE", description = "File with the token.")
        private Path file = Path.of("");

        @Parameters(index = "1", paramLabel = "WHO", description = "An agent, user:NAME or operator:UID.")
        private String who = "";

        @Option(
                names = "--proof",
                paramLabel = "PROOF",
                required = true,
                description = "What 'capability sign' printed for whoever holds the token, a minute ago at most.")
        private String proof = "";

        @Override
        public Integer call() {
            JsonObject document = root().call(
                            "token.import",
                            JsonObject.builder()
                                    .put("token", token(file))
                                    .put("proof", proof)
                                    .put("holder", who)
                                    .build());
            String holder =
                    PlainText.of(CapabilityCommand.name(document.at("holder").text()));
            var lines = new StringBuilder();
            for (JsonValue grant : document.at("grants").asArray().elements()) {
                lines.append(holder).append(" is lent grant ").append(grant.at("id"));
                lines.append(": ").append(grant.at("capability").text()).append('\n');
            }
            root().output().print(document, lines.toString());
            return ExitCode.DONE;
        }
    }

    /** {@code capability key}. */
    @Command(
            name = "key",
            description =
                    "Show the name and the key by which other systems know the daemon; or the public half of a key.")
    static final class Key extends CapabilityCommand.Base {
        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "File with a key, which is made if there is none; needs no daemon.")
        private @Nullable Path file;

        @Override
        public Integer call() {
            if (file == null) {
                JsonObject document = root().call("token.system", JsonObject.EMPTY);
                root().output()
                        .print(
                                document,
                                document.at("system").text() + " "
                                        + document.at("key").text() + "\n");
            } else {
                String key = withKey(file, each -> each.verifyingKey().toString());
                root().output().print(JsonObject.builder().put("key", key).build(), key + "\n");
            }
            return ExitCode.DONE;
        }
    }

    /** {@code capability sign}. */
    @Command(
            name = "sign",
            description = "Print the proof that whoever has a key asks a system to import a token. Needs no daemon.")
    static final class Sign extends CapabilityCommand.Base {
        @Parameters(paramLabel = "FILE", description = "File with the token.")
        private Path file = Path.of("");

        @Option(names = "--for", paramLabel = "SYSTEM", required = true, description = "Where it is to be imported.")
        private String audience = "";

        @Option(names = "--key", paramLabel = "FILE", required = true, description = "File with the holder's key.")
        private Path key = Path.of("");

        @Override
        public Integer call() {
            if (!Files.exists(key)) {
                throw new Failure(Codes.USAGE, "there is no key " + key);
            }
            TokenRequest request = request();
            String proof =
                    withKey(key, each -> request.sign(each, Instant.now()).toString());
            root().output().print(JsonObject.builder().put("proof", proof).build(), proof + "\n");
            return ExitCode.DONE;
        }

        private TokenRequest request() {
            try {
                return TokenRequest.toImport(token(file), audience);
            } catch (IllegalArgumentException e) {
                throw new Failure(Codes.USAGE, String.valueOf(e.getMessage()));
            }
        }
    }

    private static String withKey(Path file, Function<SigningKey, String> use) {
        Map<String, String> settings = Map.of("file", file.toAbsolutePath().toString());
        try (SigningKey key =
                Providers.named(SigningKeyProvider.class, "ed25519").open(settings)) {
            return use.apply(key);
        } catch (IllegalStateException e) {
            throw new Failure(Codes.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static String token(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new Failure(Codes.USAGE, file + " is no token: it is too long");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new Failure(Codes.USAGE, "cannot read the token " + file + ": " + FileProblem.of(e));
        }
    }
}
