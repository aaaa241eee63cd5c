package dev.agentos.json.spec;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Isolation;
import dev.agentos.api.Supervision;
import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.spi.SpecFileProvider.TemplateLookup;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds specs from the fields of an agent file. */
final class SpecReader {
    private static final List<String> NAMES = List.of(
            "name",
            "template",
            "class",
            "code",
            "isolation",
            "processLimits",
            "params",
            "labels",
            "grants",
            "limits",
            "restart",
            "supervision",
            "mailbox",
            "threading",
            "accepts",
            "durable",
            "subscribe",
            "children");
    private static final List<String> MAILBOX = List.of("capacity", "overflow", "sendTimeout");

    private final TemplateLookup templates;

    SpecReader(TemplateLookup templates) {
        this.templates = templates;
    }

    /**
     * Returns the spec that a document says.
     *
     * @param override replaces or adds to the parameters
     * @throws InvalidSpecException if anything is not understood
     */
    AgentSpec read(SpecField document, Map<String, ?> override) {
        document.fields(NAMES);
        SpecField name = document.require("name", "the name of the agent");
        String checked = name.text();
        var params = new LinkedHashMap<String, Object>();
        document.ifPresent("params", section -> params(section, params));
        params.putAll(override);

        AgentSpec.Builder spec = body(document, checked, name, params);
        document.ifPresent(
                "processLimits",
                section -> spec.processLimits(
                        CodeSection.limits(section, spec.build().processLimits())));
        document.ifPresent("labels", section -> section.forEach((key, field) -> spec.label(key, field.text())));
        document.ifPresent("grants", section -> section.elements().forEach(field -> grant(spec, field)));
        document.ifPresent("limits", section -> spec.limits(LimitsSection.read(section)));
        document.ifPresent("restart", section -> spec.restart(RestartSection.read(section)));
        document.ifPresent("supervision", field -> spec.supervision(field.constant(Supervision.class)));
        document.ifPresent("mailbox", section -> mailbox(spec, section));
        document.ifPresent("threading", field -> spec.threading(field.constant(AgentSpec.Threading.class)));
        document.ifPresent("accepts", section -> section.elements().forEach(field -> accepts(spec, field)));
        document.ifPresent("durable", field -> durable(spec, field));
        document.ifPresent("subscribe", section -> section.elements().forEach(field -> subscribe(spec, field)));
        document.ifPresent(
                "children", section -> section.elements().forEach(field -> spec.child(read(field, Map.of()))));
        return checking(document, spec::build);
    }

    private AgentSpec.Builder body(SpecField document, String name, SpecField nameField, Map<String, Object> params) {
        Optional<SpecField> template = document.get("template");
        Optional<SpecField> type = document.get("class");
        Optional<SpecField> code = document.get("code");
        long given = Stream.of(template, type, code).filter(Optional::isPresent).count();
        if (given != 1) {
            throw document.problem("expected a field 'template', 'class' or 'code', which says what runs"
                    + (given > 1 ? ", not several" : ""));
        }
        AgentSpec.Builder spec;
        if (template.isPresent()) {
            AgentSpec made = made(template.get(), params);
            spec = checking(nameField, () -> made.named(name)).toBuilder();
        } else {
            // So that a bad name is reported where it stands.
            checking(nameField, () -> AgentSpec.builder(name).run(_ -> {}).build());
            spec = AgentSpec.builder(name);
            spec.body(code.map(CodeSection::body).orElseGet(() -> bodyOf(type.orElseThrow())));
            params.forEach(spec::param);
        }
        Optional<SpecField> isolation = document.get("isolation");
        isolation.ifPresent(field -> spec.isolation(field.constant(Isolation.class)));
        checking(isolation.or(() -> code).orElse(nameField), spec::build);
        return spec;
    }

    private static AgentBody bodyOf(SpecField type) {
        return checking(type, () -> SpecClass.body(type.text()));
    }

    private AgentSpec made(SpecField template, Map<String, Object> params) {
        try {
            return templates.make(template.text(), Collections.unmodifiableMap(params));
        } catch (InvalidSpecException | IllegalArgumentException e) {
            throw template.problem(String.valueOf(e.getMessage()));
        }
    }

    private static void params(SpecField section, Map<String, Object> params) {
        section.forEach((key, field) -> {
            Object value = plain(field.value());
            if (value == null) {
                throw field.problem("expected a value, got null");
            }
            params.put(key, value);
        });
    }

    /** Plain Java data, with whole numbers as the {@code int} or {@code long} that somebody would give to the builder. */
    private static @Nullable Object plain(JsonValue value) {
        return switch (value) {
            case JsonObject(var members) -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                members.forEach((name, member) -> map.put(name, plain(member)));
                yield Collections.unmodifiableMap(map);
            }
            case JsonArray(var elements) -> {
                var list = new ArrayList<@Nullable Object>();
                elements.forEach(element -> list.add(plain(element)));
                yield Collections.unmodifiableList(list);
            }
            case JsonNumber(var number) -> number(number);
            default -> value.toJava();
        };
    }

    private static Object number(BigDecimal number) {
        if (number.scale() > 0 || number.precision() - number.scale() > 18) {
            return number;
        }
        long whole = number.longValueExact();
        if (whole == (int) whole) {
            return (int) whole;
        }
        return whole;
    }

    private static void grant(AgentSpec.Builder spec, SpecField field) {
        String capability = field.text();
        try {
            spec.grant(capability);
        } catch (InvalidCapabilityException e) {
            throw field.problem("expected a capability: " + e.getMessage());
        }
    }

    private static void mailbox(AgentSpec.Builder spec, SpecField section) {
        section.fields(MAILBOX);
        AgentSpec soFar = spec.build();
        int capacity = section.get("capacity").map(SpecField::smallCount).orElse(soFar.mailboxCapacity());
        Overflow overflow = section.get("overflow")
                .map(field -> field.constant(Overflow.class))
                .orElse(soFar.overflow());
        checking(section.get("capacity").orElse(section), () -> spec.mailbox(capacity, overflow));
        section.ifPresent("sendTimeout", field -> checking(field, () -> spec.sendTimeout(field.duration())));
    }

    private static void accepts(AgentSpec.Builder spec, SpecField field) {
        checking(field, () -> spec.accepts(SpecClass.load(field.text())));
    }

    private static void durable(AgentSpec.Builder spec, SpecField field) {
        if (field.flag()) {
            spec.durable();
        } else if (spec.build().durable()) {
            // What its template promises to whoever talks to it, a file cannot take back.
            throw field.problem("expected true: its template is durable");
        }
    }

    private static void subscribe(AgentSpec.Builder spec, SpecField field) {
        checking(field, () -> spec.subscribe(field.text()));
    }

    private static <T> T checking(SpecField field, Supplier<T> action) {
        try {
            return action.get();
        } catch (IllegalArgumentException e) {
            throw field.problem(String.valueOf(e.getMessage()));
        }
    }
}
