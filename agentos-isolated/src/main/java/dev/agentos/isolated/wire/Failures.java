package dev.agentos.isolated.wire;

import dev.agentos.api.Limit;
import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.InvalidArgumentsException;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.error.MailboxFullException;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import java.util.Objects;

/** How what a call threw crosses to the process, and is thrown there once more. */
public final class Failures {
    private static final String KIND = "kind";
    private static final String CODE = "code";
    private static final String MESSAGE = "message";

    private Failures() {}

    /** {@return what crosses} */
    public static JsonObject out(RuntimeException thrown) {
        JsonObject.Builder out = JsonObject.builder()
                .put(KIND, thrown.getClass().getSimpleName())
                .put(MESSAGE, Objects.requireNonNullElse(thrown.getMessage(), thrown.toString()));
        if (thrown instanceof AgentOsException known) {
            out.put(CODE, known.code());
        }
        switch (thrown) {
            case DeniedException denied ->
                out.put("action", out(denied.action()))
                        .put("reason", denied.reason())
                        .put("missing", denied.missing());
            case LimitExceededException met ->
                out.put("owner", met.owner().path()).put("limit", met.limit()).put("maximum", met.maximum());
            case AskException ask -> out.put("to", ask.recipient().path());
            case DeliveryException delivery ->
                out.put("to", delivery.recipient().path());
            case MailboxFullException full ->
                out.put("to", full.recipient().path()).put("capacity", full.capacity());
            case ToolException tool -> out.put("tool", tool.tool());
            case InvalidArgumentsException invalid ->
                out.put("tool", invalid.tool()).put("violations", invalid.violations());
            default -> {
                // What it is and says is all.
            }
        }
        return out.build();
    }

    /** {@return what crosses of an action} */
    public static JsonObject out(Action action) {
        return JsonObject.builder()
                .put("type", action.type())
                .put("resource", action.resource())
                .put("verb", action.verb())
                .put("attributes", new JsonObject(action.attributes()))
                .build();
    }

    /** {@return the action that has crossed} */
    public static Action action(JsonValue crossed) {
        return new Action(
                crossed.at("type").text(),
                crossed.at("resource").text(),
                crossed.at("verb").text(),
                crossed.at("attributes").asObject().members());
    }

    /** {@return what is to be thrown} */
    public static RuntimeException in(JsonObject crossed) {
        String message = crossed.at(MESSAGE).text();
        return switch (crossed.at(KIND).text()) {
            case "DeniedException" ->
                new DeniedException(
                        action(crossed.at("action")),
                        crossed.at("reason").text(),
                        crossed.at("missing").text());
            case "LimitExceededException" ->
                new LimitExceededException(
                        Address.of(crossed.at("owner").text()),
                        Limit.valueOf(crossed.at("limit").text()),
                        crossed.at("maximum").text());
            case "AskException" ->
                new AskException(
                        code(crossed),
                        to(crossed),
                        problem(message, "ask of '", to(crossed).path()),
                        null);
            case "DeliveryException" ->
                new DeliveryException(
                        code(crossed),
                        to(crossed),
                        problem(message, "send to '", to(crossed).path()));
            case "MailboxFullException" ->
                new MailboxFullException(
                        to(crossed), crossed.at("capacity").number().intValue());
            case "ToolException" -> {
                String tool = crossed.at("tool").text();
                yield new ToolException(code(crossed), tool, problem(message, "tool '", tool), null);
            }
            case "InvalidArgumentsException" ->
                new InvalidArgumentsException(
                        crossed.at("tool").text(),
                        crossed.at("violations").asArray().elements().stream()
                                .map(JsonValue::text)
                                .toList());
            case "IllegalArgumentException", "NullPointerException" -> new IllegalArgumentException(message);
            case "UnsupportedOperationException" -> new UnsupportedOperationException(message);
            default ->
                crossed.has(CODE)
                        ? new AgentOsException(code(crossed), message, null)
                        : new IllegalStateException(message);
        };
    }

    private static ErrorCode code(JsonObject crossed) {
        return ErrorCode.valueOf(crossed.at(CODE).text());
    }

    private static Address to(JsonObject crossed) {
        return Address.of(crossed.at("to").text());
    }

    /** The exception writes the beginning again. */
    private static String problem(String message, String begin, String name) {
        String prefix = begin + name + "': ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
}
