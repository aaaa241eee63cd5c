package dev.agentos.runtime.secret;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/*
 * A tool may give back what it was given: an echo, an error that quotes a header, a page that shows the token. What it says
 * is therefore searched for the secrets of its call, as they are and as they look once they went through the usual
 * encodings: JSON, URL, hexadecimal, and Base64 at each of its three alignments, since the "user:secret" of HTTP shifts it.
 * A program that means to get a secret out will manage (one letter at a time, reversed, encrypted): this keeps honest
 * programs from spilling it, and the grant says which programs get it at all.
 */
/** Puts the reference in place of a secret wherever it shows. Immutable. */
public final class Scrubber {
    /** Of a part of a secret, such as a line of a key or the middle of its Base64. */
    private static final int LEAST_PART = 10;

    private static final String MARK = "secret:";

    /** Longest first, so that none hides another. */
    private final List<Needle> needles;

    private Scrubber(List<Needle> needles) {
        this.needles = needles;
    }

    private record Needle(String text, String reference) {}

    /** {@return what cleans of these secrets, by name} */
    static Scrubber of(Map<String, String> secrets) {
        var needles = new ArrayList<Needle>();
        secrets.forEach((name, secret) -> shapes(secret).forEach(shape -> needles.add(new Needle(shape, MARK + name))));
        needles.sort(Comparator.comparingInt((Needle needle) -> needle.text().length())
                .reversed());
        return new Scrubber(List.copyOf(needles));
    }

    private static Set<String> shapes(String secret) {
        String quoted = new JsonString(secret).toString();
        String url = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        String hex = HexFormat.of().formatHex(bytes);
        var shapes = new LinkedHashSet<>(List.of(
                secret,
                secret.strip(),
                quoted.substring(1, quoted.length() - 1),
                url,
                lowerEscapes(url),
                url.replace("+", "%20"),
                lowerEscapes(url.replace("+", "%20")),
                hex,
                hex.toUpperCase(Locale.ROOT)));
        shapes.removeIf(shape -> shape.length() < Secrets.LEAST);
        // A key of many lines is quoted by the line.
        Stream<String> lines = secret.lines().map(String::strip);
        Stream<String> encoded = IntStream.range(0, 3)
                .mapToObj(shift -> innerBase64(bytes, shift))
                .flatMap(inner -> Stream.of(inner, inner.replace('+', '-').replace('/', '_')));
        Stream.concat(lines, encoded)
                .filter(part -> part.length() >= LEAST_PART)
                .forEach(shapes::add);
        return shapes;
    }

    private static String lowerEscapes(String url) {
        var lower = new StringBuilder(url);
        for (int at = lower.indexOf("%"); at >= 0; at = lower.indexOf("%", at + 1)) {
            lower.replace(at, at + 3, lower.substring(at, at + 3).toLowerCase(Locale.ROOT));
        }
        return lower.toString();
    }

    /** The characters that depend on these bytes alone, when so many other bytes stand before them. */
    private static String innerBase64(byte[] bytes, int shift) {
        var shifted = new byte[bytes.length + shift];
        System.arraycopy(bytes, 0, shifted, shift, bytes.length);
        String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
        int from = shift == 0 ? 0 : shift + 1;
        int to = shifted.length % 3 == 0 ? encoded.length() : encoded.length() - 1;
        return from < to ? encoded.substring(from, to) : "";
    }

    /** {@return whether a secret shows in a text} */
    public boolean finds(String text) {
        return needles.stream().anyMatch(needle -> text.contains(needle.text()));
    }

    /** {@return the text without secrets} */
    public String clean(String text) {
        String clean = text;
        for (Needle needle : needles) {
            clean = clean.replace(needle.text(), needle.reference());
        }
        return clean;
    }

    /** {@return the value without secrets, in names of members too} */
    public JsonValue clean(JsonValue value) {
        return switch (value) {
            case JsonString(var text) -> new JsonString(clean(text));
            case JsonNumber number -> finds(number.toString()) ? new JsonString(clean(number.toString())) : number;
            case JsonObject(var members) -> {
                Map<String, JsonValue> clean = new LinkedHashMap<>();
                members.forEach((name, member) -> clean.put(clean(name), clean(member)));
                yield new JsonObject(clean);
            }
            case JsonArray(var elements) ->
                new JsonArray(elements.stream().map(this::clean).toList());
            case JsonValue other -> other;
        };
    }
}
