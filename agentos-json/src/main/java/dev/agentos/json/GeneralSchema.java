package dev.agentos.json;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.ValidationLimitExceededException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import java.util.LinkedHashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A schema that networknt's validator compiled. Thread-safe. */
final class GeneralSchema implements JsonProvider.Validator {
    /** Schemas within schemas at one time: fits the stack of a thread, and is four for each level of a value. */
    private static final int DEEPEST = 600;

    private static final long MOST_STEPS = 20_000_000;

    private final Schema schema;

    GeneralSchema(Schema schema) {
        this.schema = schema;
    }

    @Override
    public List<String> violations(JsonValue value) {
        if (!JsonNodes.areNumbersBounded(value)) {
            return List.of(Findings.line("", "no number of more than 1,000 digits"));
        }
        try {
            var lines = new LinkedHashSet<String>();
            for (Error error : schema.validate(JsonNodes.of(value), GeneralSchema::limit)) {
                if (lines.size() < Findings.MOST) {
                    lines.add(line(error));
                }
            }
            return List.copyOf(lines);
        } catch (ValidationLimitExceededException e) {
            return List.of(Findings.line("", "a value that the schema can be done with: " + e.getMessage()));
        } catch (SchemaException e) {
            // Some references are followed only where a value leads; what cannot be checked is not valid.
            return List.of(Findings.line("", "a schema whose references lead somewhere: " + e.getMessage()));
        }
    }

    /** Returns an error as one line: not the validator's own message, which may repeat the value. */
    static String line(Error error) {
        String pointer = error.getInstanceLocation().toString();
        String keyword = error.getKeyword();
        return switch (keyword) {
            case "required" ->
                Findings.line(pointer + Pointers.step(error.getProperty()), "a value, but it is missing");
            case "additionalProperties", "unevaluatedProperties" ->
                Findings.line(pointer + Pointers.step(String.valueOf(error.getProperty())), "no such member");
            default -> {
                JsonNode wanted = error.getSchemaNode();
                yield Findings.line(pointer, keyword + (wanted == null ? "" : " " + excerpt(wanted.toString())));
            }
        };
    }

    /** A schema may refer to itself for ever, or look at each value in exponentially many ways. */
    private static void limit(ExecutionContext context) {
        context.executionConfig(config -> config.maxEvaluationDepth(DEEPEST).maxEvaluationSteps(MOST_STEPS));
    }

    private static String excerpt(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
