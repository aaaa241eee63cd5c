package dev.agentos.cli.daemon;

import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Constraint;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads an action as it is shown in logs, which is how a capability for just that action is written:
 * {@code tool:order.place call; notional=12000; symbol=AAPL}. What looks like a number is one.
 */
final class ActionText {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?");

    private ActionText() {}

    /**
     * Returns the action that a text says.
     *
     * @throws Failure if it is none
     */
    static Action parse(String text) {
        Capability said = CapabilityMethods.capability(text);
        if (!said.isExact() && !said.type().equals("topic")) {
            throw wrong(text, "it has a wildcard, and an action is about one thing");
        }
        if (said.verbs().size() != 1) {
            throw wrong(text, "it has " + said.verbs().size() + " verbs, and an action has one");
        }
        Map<String, JsonValue> attributes = new LinkedHashMap<>();
        for (Constraint constraint : said.constraints()) {
            if (constraint.isSystem() || constraint.comparison() != Constraint.Comparison.EQUAL) {
                throw wrong(
                        text, "'" + constraint + "' is for grants; an action says what it does, as in notional=12000");
            }
            attributes.put(constraint.key(), value(constraint.values()));
        }
        String resource = said.isExact()
                ? said.base()
                : said.resource().substring(said.type().length() + 1);
        return Plain.checked(
                () -> new Action(said.type(), resource, said.verbs().iterator().next(), attributes));
    }

    private static JsonValue value(List<String> values) {
        return values.size() == 1
                ? value(values.getFirst())
                : JsonValue.of(values.stream().map(ActionText::value).toList());
    }

    private static JsonValue value(String text) {
        return NUMBER.matcher(text).matches() ? new JsonNumber(new BigDecimal(text)) : new JsonString(text);
    }

    private static Failure wrong(String text, String problem) {
        return new Failure(Codes.PARAMS_INVALID, "'" + text + "' is no action: " + problem);
    }
}
