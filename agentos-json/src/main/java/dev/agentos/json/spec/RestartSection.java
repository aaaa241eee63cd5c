package dev.agentos.json.spec;

import dev.agentos.api.Restart;
import dev.agentos.api.Restart.OnFailure;
import java.time.Duration;
import java.util.List;

/** Reads the {@code restart} of an agent file. */
final class RestartSection {
    private static final List<String> NAMES = List.of("max", "window", "firstBackoff", "maxBackoff", "onFailure");

    private RestartSection() {}

    static Restart read(SpecField section) {
        section.fields(NAMES);
        OnFailure onFailure = section.get("onFailure")
                .map(field -> field.constant(OnFailure.class))
                .orElse(OnFailure.RESTART);
        return switch (onFailure) {
            case RESTART -> restarting(section);
            case RESUME -> alone(section, Restart.resume());
            case STOP -> alone(section, Restart.never());
            case ESCALATE -> alone(section, Restart.escalate());
        };
    }

    private static Restart restarting(SpecField section) {
        int max = section.require("max", "how many restarts").smallCount();
        Duration window =
                section.require("window", "the time in which they are counted").duration();
        Restart policy;
        try {
            policy = Restart.upTo(max, window);
        } catch (IllegalArgumentException e) {
            throw section.problem(String.valueOf(e.getMessage()));
        }
        Duration first = section.get("firstBackoff").map(SpecField::duration).orElse(policy.firstBackoff());
        Duration most = section.get("maxBackoff").map(SpecField::duration).orElse(policy.maxBackoff());
        try {
            return policy.backoff(first, most);
        } catch (IllegalArgumentException e) {
            throw section.problem(String.valueOf(e.getMessage()));
        }
    }

    private static Restart alone(SpecField section, Restart policy) {
        for (String name : NAMES) {
            if (!name.equals("onFailure")) {
                section.ifPresent(name, field -> {
                    throw field.problem("expected only with onFailure: restart");
                });
            }
        }
        return policy;
    }
}
