package dev.agentos.json.spec;

import dev.agentos.api.Limits;
import dev.agentos.api.json.JsonString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the {@code limits} of an agent file: as the builder, they start from the defaults. */
final class LimitsSection {
    private static final Pattern RATE = Pattern.compile("([0-9]{1,18})/(.+)");

    private static final Map<String, BiConsumer<Limits.Builder, SpecField>> FIELDS = fieldReaders();
    private static final List<String> NAMES = List.copyOf(FIELDS.keySet());

    private LimitsSection() {}

    /** Returns what the section says; {@code limits: unlimited} is the loud opt-out. */
    static Limits read(SpecField section) {
        if (section.value().equals(new JsonString("unlimited"))) {
            return Limits.unlimited();
        }
        section.fields(NAMES);
        var limits = Limits.builder();
        FIELDS.forEach((name, reader) -> section.ifPresent(name, field -> {
            try {
                reader.accept(limits, field);
            } catch (IllegalArgumentException e) {
                throw field.problem(String.valueOf(e.getMessage()));
            }
        }));
        return limits.build();
    }

    private static Map<String, BiConsumer<Limits.Builder, SpecField>> fieldReaders() {
        var fields = new LinkedHashMap<String, BiConsumer<Limits.Builder, SpecField>>();
        fields.put("wallTime", (limits, field) -> limits.wallTime(field.duration()));
        fields.put("turnTime", (limits, field) -> limits.turnTime(field.duration()));
        fields.put("turns", (limits, field) -> limits.turns(field.count()));
        fields.put("messages", (limits, field) -> limits.messages(field.count()));
        fields.put("toolCalls", (limits, field) -> limits.toolCalls(field.count()));
        fields.put("toolCallsPerTurn", (limits, field) -> limits.toolCallsPerTurn(field.count()));
        fields.put("identicalCalls", (limits, field) -> limits.identicalCalls(field.count()));
        fields.put("toolCallsPer", LimitsSection::rate);
        fields.put("children", (limits, field) -> limits.children(field.count()));
        fields.put("depth", (limits, field) -> limits.depth(field.count()));
        fields.put("tokens", (limits, field) -> limits.tokens(field.count()));
        fields.put("money", (limits, field) -> limits.money(field.amount()));
        fields.put("onExceed", (limits, field) -> limits.onExceed(field.constant(Limits.OnExceed.class)));
        return fields;
    }

    private static void rate(Limits.Builder limits, SpecField field) {
        Matcher matcher = RATE.matcher(field.text());
        if (!matcher.matches()) {
            throw field.problem("expected a count in a time such as 100/1m, got '" + field.text() + "'");
        }
        limits.toolCallsPer(Long.parseLong(matcher.group(1)), Durations.parse(matcher.group(2)));
    }
}
