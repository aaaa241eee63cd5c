package dev.agentos.runtime.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class ScrubberProperties {
    @Property
    void clean_leavesNothing_whateverTheEncoding(
            @ForAll("secrets") String secret, @ForAll("texts") String before, @ForAll("texts") String after) {
        Scrubber scrubber = Scrubber.of(Map.of("a", secret));
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        List<String> shapes = List.of(
                secret,
                new JsonString(secret).toString(),
                URLEncoder.encode(secret, StandardCharsets.UTF_8),
                URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"),
                HexFormat.of().formatHex(bytes),
                HexFormat.of().withUpperCase().formatHex(bytes));

        for (String shape : shapes) {
            String clean = scrubber.clean(before + shape + after);

            assertThat(clean).doesNotContain(shape).contains("secret:a");
            assertThat(scrubber.finds(clean)).isFalse();
        }
    }

    @Property
    void clean_leavesNothing_ofTheBase64OfWhateverItIsAPartOf(
            @ForAll("secrets") String secret, @ForAll("texts") String before, @ForAll("texts") String after) {
        Scrubber scrubber = Scrubber.of(Map.of("a", secret));
        byte[] whole = (before + secret + after).getBytes(StandardCharsets.UTF_8);

        for (Base64.Encoder encoder : List.of(
                Base64.getEncoder(), Base64.getUrlEncoder(), Base64.getEncoder().withoutPadding())) {
            assertThat(scrubber.clean(encoder.encodeToString(whole))).contains("secret:a");
        }
    }

    @Property
    void clean_changesNothing_whereThereIsNoSecret(@ForAll("texts") String text) {
        Scrubber scrubber = Scrubber.of(Map.of("a", "0123456789-NEVER-IN-IT"));

        assertThat(scrubber.clean(text)).isEqualTo(text);
    }

    @Property
    void clean_findsItInJson_inNamesToo(@ForAll("secrets") String secret) {
        Scrubber scrubber = Scrubber.of(Map.of("a/b", secret));
        JsonValue value = new JsonObject(Map.of(
                "list",
                new JsonArray(List.of(new JsonString("x" + secret), JsonValue.of(1))),
                "x" + secret,
                JsonValue.of(true)));

        JsonValue clean = scrubber.clean(value);

        assertThat(clean)
                .isEqualTo(new JsonObject(Map.of(
                        "list",
                        new JsonArray(List.of(new JsonString("xsecret:a/b"), JsonValue.of(1))),
                        "xsecret:a/b",
                        JsonValue.of(true))));
    }

    @Provide
    Arbitrary<String> secrets() {
        // Of letters that the texts around it do not have, so that what is left of it can be told.
        return Arbitraries.strings()
                .withCharRange('A', 'Z')
                .withCharRange('0', '9')
                .withChars('"', '\\', '+', '/', '%', '=', '&', 'é')
                .ofMinLength(Secrets.LEAST)
                .ofMaxLength(60);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars(' ', '\n', ':')
                .ofMaxLength(20);
    }
}
