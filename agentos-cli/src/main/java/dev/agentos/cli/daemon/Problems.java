package dev.agentos.cli.daemon;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.Failure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says exceptions in the words of the protocol. */
final class Problems {
    private static final int DEEPEST = 32;

    /** How a reason names the grant that comes nearest. */
    private static final Pattern GRANT = Pattern.compile("\\bgrant (\\d{1,18}) '");

    private Problems() {}

    /** The failure of a call to the runtime, or of an agent. A denial anywhere among the causes is what matters. */
    static Failure of(Throwable thrown) {
        DeniedException denial = denial(thrown);
        if (denial != null) {
            var details = JsonObject.builder().put("action", denial.action().toString());
            if (!denial.missing().isEmpty()) {
                details.put("missing", denial.missing());
            }
            Matcher nearest = GRANT.matcher(denial.reason());
            if (nearest.find()) {
                details.put("grant", Long.parseLong(nearest.group(1)));
            }
            String message = "denied: " + denial.action() + ": " + denial.reason();
            return new Failure(ErrorCode.DENIED.name(), message, details.build());
        }
        if (thrown instanceof AgentOsException known) {
            return new Failure(known.code().name(), PlainDuration.in(String.valueOf(known.getMessage())));
        }
        String message =
                thrown instanceof ProgramFailedException ? String.valueOf(thrown.getMessage()) : thrown.toString();
        return new Failure(ErrorCode.AGENT_FAILED.name(), message);
    }

    private static @Nullable DeniedException denial(Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; i < DEEPEST && cause != null; i++) {
            if (cause instanceof DeniedException denial) {
                return denial;
            }
            cause = cause.getCause();
        }
        return null;
    }
}
