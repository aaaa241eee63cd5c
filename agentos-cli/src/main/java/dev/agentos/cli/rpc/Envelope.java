package dev.agentos.cli.rpc;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The documents of JSON-RPC 2.0. */
final class Envelope {
    /** Text that is no JSON. */
    static final int PARSE_ERROR = -32700;
    /** JSON that is no request. */
    static final int INVALID_REQUEST = -32600;
    /** A method that does not exist. */
    static final int METHOD_NOT_FOUND = -32601;
    /** Parameters that the method does not take. */
    static final int INVALID_PARAMS = -32602;
    /** What a method reports; the code in the data says what. */
    static final int FAILED = -32000;

    private static final String VERSION = "2.0";
    private static final Set<String> FIELDS = Set.of("jsonrpc", "id", "method", "params");

    private Envelope() {}

    /**
     * One request.
     *
     * @param id null for a notification, which gets no answer
     */
    record Request(@Nullable JsonValue id, String method, JsonObject params) {}

    static JsonObject request(long id, String method, JsonObject params) {
        return start().put("id", id).put("method", method).put("params", params).build();
    }

    static JsonObject notification(String method, JsonObject params) {
        return start().put("method", method).put("params", params).build();
    }

    static JsonObject result(JsonValue id, JsonValue result) {
        return start().put("id", id).put("result", result).build();
    }

    static JsonObject error(JsonValue id, Failure failure) {
        var data = JsonObject.builder().put("code", failure.code());
        failure.details().members().forEach(data::put);
        var error = JsonObject.builder()
                .put("code", number(failure.code()))
                .put("message", failure.line())
                .put("data", data.build())
                .build();
        return start().put("id", id).put("error", error).build();
    }

    /** The failure that an error document carries. */
    static Failure failure(JsonObject error) {
        var data = error.get("data").filter(JsonObject.class::isInstance).map(JsonValue::asObject);
        var details = JsonObject.builder();
        data.ifPresent(found -> found.members().forEach((name, value) -> {
            if (!name.equals("code")) {
                details.put(name, value);
            }
        }));
        String code = data.flatMap(found -> found.get("code"))
                .filter(JsonString.class::isInstance)
                .map(JsonValue::text)
                .orElse("FAILED");
        String message = error.get("message")
                .filter(JsonString.class::isInstance)
                .map(JsonValue::text)
                .orElse(code);
        return new Failure(code, message, details.build());
    }

    /**
     * Reads one request.
     *
     * @throws InvalidRequestException saying what is wrong, with the id as far as it was understood
     */
    static Request parse(JsonProvider json, String line) throws InvalidRequestException {
        JsonValue document;
        try {
            document = json.parse(line);
        } catch (JsonException e) {
            throw new InvalidRequestException(new JsonNull(), Codes.PARSE_ERROR, "not JSON: " + e.getMessage());
        }
        if (!(document instanceof JsonObject object)) {
            throw invalid(new JsonNull(), "a request is an object; batches are not taken");
        }
        JsonValue id = object.get("id").orElse(null);
        if (id != null && !(id instanceof JsonString || id instanceof JsonNumber || id instanceof JsonNull)) {
            throw invalid(new JsonNull(), "an id is a string, a number or null");
        }
        JsonValue known = id == null ? new JsonNull() : id;
        if (!object.get("jsonrpc").equals(Optional.of(new JsonString(VERSION)))) {
            throw invalid(known, "'jsonrpc' must be \"2.0\"");
        }
        if (!(object.get("method").orElse(new JsonNull()) instanceof JsonString(String method))) {
            throw invalid(known, "'method' must be a string");
        }
        if (!(object.get("params").orElse(JsonObject.EMPTY) instanceof JsonObject params)) {
            throw invalid(known, "'params' must be an object: parameters go by name");
        }
        if (!FIELDS.containsAll(object.members().keySet())) {
            throw invalid(known, "a request has the members jsonrpc, id, method and params only");
        }
        return new Request(id, method, params);
    }

    private static InvalidRequestException invalid(JsonValue id, String problem) {
        return new InvalidRequestException(id, Codes.INVALID_REQUEST, problem);
    }

    private static int number(String code) {
        return switch (code) {
            case Codes.PARSE_ERROR -> PARSE_ERROR;
            case Codes.INVALID_REQUEST -> INVALID_REQUEST;
            case Codes.METHOD_UNKNOWN -> METHOD_NOT_FOUND;
            case Codes.PARAMS_INVALID -> INVALID_PARAMS;
            default -> FAILED;
        };
    }

    private static JsonObject.Builder start() {
        return JsonObject.builder().put("jsonrpc", VERSION);
    }

    /** A line that is no request. */
    static final class InvalidRequestException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient JsonValue id;
        private final String code;

        InvalidRequestException(JsonValue id, String code, String problem) {
            super(problem);
            this.id = id;
            this.code = code;
        }

        JsonObject answer() {
            return error(id, new Failure(code, String.valueOf(getMessage())));
        }
    }
}
