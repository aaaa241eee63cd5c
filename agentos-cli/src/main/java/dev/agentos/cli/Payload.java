package dev.agentos.cli;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Providers;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.util.List;

/** JSON and pairs on the command line. */
final class Payload {
    private Payload() {}

    static JsonValue parse(String what, String text) {
        try {
            return Providers.json().parse(text);
        } catch (JsonException e) {
            throw new Failure(
                    Codes.USAGE, what + " is not JSON: " + e.getMessage() + "; a text needs quotes: '\"text\"'");
        }
    }

    static JsonObject pairs(String option, List<String> pairs) {
        var object = JsonObject.builder();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new Failure(Codes.USAGE, option + " takes a name, '=' and a value, not '" + pair + "'");
            }
            try {
                object.put(pair.substring(0, equals), pair.substring(equals + 1));
            } catch (IllegalArgumentException e) {
                throw new Failure(Codes.USAGE, option + " " + pair.substring(0, equals) + " is given twice");
            }
        }
        return object.build();
    }
}
