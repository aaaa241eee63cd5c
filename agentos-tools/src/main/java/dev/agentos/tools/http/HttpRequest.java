package dev.agentos.tools.http;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One request as the caller wants it, checked. */
public record HttpRequest(
        String method,
        HttpUrl url,
        RequestHeaders headers,
        @Nullable String body) {
    /** Neither CONNECT, which opens a tunnel past every check, nor TRACE, which echoes credentials. */
    public static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE");

    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH", "DELETE");

    /** Checks the method, and that a body has a place. */
    public HttpRequest {
        if (!METHODS.contains(method)) {
            throw new HttpRefusedException(
                    HttpProblem.INVALID_REQUEST, "the method must be one of " + new TreeSet<>(METHODS));
        }
        if (body != null && !WITH_BODY.contains(method)) {
            throw new HttpRefusedException(HttpProblem.INVALID_REQUEST, "a " + method + " request has no body");
        }
    }

    /**
     * Returns the request that follows a redirect to {@code location}.
     *
     * @throws HttpRefusedException with {@link HttpProblem#REDIRECT_DENIED} if it must not be followed
     */
    HttpRequest redirected(int status, String location) {
        HttpUrl target;
        try {
            target = url.resolve(location);
        } catch (HttpRefusedException e) {
            throw new HttpRefusedException(
                    HttpProblem.REDIRECT_DENIED, "redirected to something that is " + e.getMessage(), e);
        }
        if (url.isSecure() && !target.isSecure()) {
            throw new HttpRefusedException(HttpProblem.REDIRECT_DENIED, "redirected from https to http");
        }
        boolean toGet =
                status == 303 ? !method.equals("HEAD") : (status == 301 || status == 302) && method.equals("POST");
        RequestHeaders kept = url.sameOrigin(target) ? headers : headers.toOtherOrigin();
        return toGet
                ? new HttpRequest("GET", target, kept.withoutBody(), null)
                : new HttpRequest(method, target, kept, body);
    }
}
