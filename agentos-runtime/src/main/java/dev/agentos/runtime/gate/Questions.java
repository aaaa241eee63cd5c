package dev.agentos.runtime.gate;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Grant;
import dev.agentos.runtime.gate.Authorisation.Ask;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Puts into words what a person is asked about an attempt. */
final class Questions {
    private Questions() {}

    /** What one person is asked for all who ask. */
    static Asking.Question about(Crossing<?> crossing, List<Action> actions, Authorisation.Asked asked) {
        List<Ask> asks = asked.asks();
        return new Asking.Question(
                crossing.isEditable() ? Approval.Kind.TOOL_CALL : Approval.Kind.ACTION,
                actions,
                crossing.arguments(),
                asks.stream().map(Ask::capability).distinct().collect(Collectors.joining(" | ")),
                asks.stream().map(Ask::reason).distinct().toList(),
                asks.stream().map(Ask::expiry).min(Comparator.naturalOrder()).orElse(Duration.ZERO),
                grants(asked),
                crossing.isRepeatable(),
                arguments -> check(crossing, arguments));
    }

    private static List<Grant> grants(Authorisation.Asked asked) {
        return asked.actions().stream()
                .map(Authorisation.Ruled::grant)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Describes it as edited: whoever edits hears at once what is wrong with that. */
    private static void check(Crossing<?> crossing, JsonObject arguments) {
        Crossing<?> edited = crossing.edited(arguments, "");
        if (edited == null) {
            throw new IllegalArgumentException("it has no arguments that could be edited");
        }
        var _ = edited.describe();
    }
}
