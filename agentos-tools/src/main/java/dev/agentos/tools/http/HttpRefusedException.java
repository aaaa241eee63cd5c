package dev.agentos.tools.http;

import dev.agentos.api.error.AgentOsException;
import org.jspecify.annotations.Nullable;

/** Thrown when a request is refused or fails; the message holds no address that a name resolved to. */
public final class HttpRefusedException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final HttpProblem problem;

    HttpRefusedException(HttpProblem problem, String message) {
        this(problem, message, null);
    }

    HttpRefusedException(HttpProblem problem, String message, @Nullable Throwable cause) {
        super(problem.code(), message, cause);
        this.problem = problem;
    }

    public HttpProblem problem() {
        return problem;
    }
}
