package dev.agentos.runtime.gate;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.runtime.secret.Scrubber;
import org.jspecify.annotations.Nullable;

/**
 * How a tool call ended.
 *
 * @param cause what the tool threw; null if it returned, or has not come to its end
 */
record ToolEnding(
        ToolResult result, Outcome outcome, @Nullable Throwable cause) {

    /** What the tool returned; the implementation of a tool may return null whatever its signature says. */
    static ToolEnding of(@Nullable ToolResult result) {
        return switch (result) {
            case null -> failed("it returned nothing", ErrorCode.TOOL_FAILED, null);
            case ToolResult.Ok ok -> new ToolEnding(ok, Outcome.DONE, null);
            case ToolResult.Failed failed -> new ToolEnding(failed, Outcome.FAILED, null);
            case ToolResult.Denied denied -> new ToolEnding(denied, Outcome.FAILED, null);
        };
    }

    static ToolEnding thrown(Throwable cause) {
        String message = cause.getMessage();
        String text = message == null || message.isBlank() ? cause.getClass().getName() : message;
        return switch (cause) {
            case DeniedException denied -> denied(denied);
            case AgentOsException known -> failed(text, known.code(), cause);
            default -> failed(text, ErrorCode.TOOL_FAILED, cause);
        };
    }

    static ToolEnding denied(DeniedException denied) {
        var result = new ToolResult.Denied(String.valueOf(denied.getMessage()), denied.action(), denied.missing());
        return new ToolEnding(result, Outcome.FAILED, denied);
    }

    private static ToolEnding failed(String text, ErrorCode code, @Nullable Throwable cause) {
        return new ToolEnding(new ToolResult.Failed(text, code), Outcome.FAILED, cause);
    }

    /** It began, and nobody waits for its end any more. */
    static ToolEnding unknown(ErrorCode code, String text) {
        return new ToolEnding(new ToolResult.Failed(text, code), Outcome.UNKNOWN, null);
    }

    /** The same, with a line before the text for whoever reads it. */
    ToolEnding noting(String line) {
        ToolResult noted = switch (result) {
            case ToolResult.Ok(var text, var value, var confinement) ->
                new ToolResult.Ok(line + "\n" + text, value, confinement);
            case ToolResult.Failed(var text, var code) -> new ToolResult.Failed(line + "\n" + text, code);
            case ToolResult.Denied(var text, var action, var missing) ->
                new ToolResult.Denied(line + "\n" + text, action, missing);
        };
        return new ToolEnding(noted, outcome, cause);
    }

    /** The same without secrets. Whatever was thrown is dropped: it prints what it likes, and holds what it likes. */
    ToolEnding cleaned(Scrubber scrubber) {
        ToolResult clean = switch (result) {
            case ToolResult.Ok(var text, var value, var confinement) ->
                new ToolResult.Ok(scrubber.clean(text), scrubber.clean(value), confinement);
            case ToolResult.Failed(var text, var code) -> new ToolResult.Failed(scrubber.clean(text), code);
            case ToolResult.Denied(var text, var action, var missing)
            when scrubber.finds(action + missing) -> new ToolResult.Failed(scrubber.clean(text), ErrorCode.DENIED);
            case ToolResult.Denied(var text, var action, var missing) ->
                new ToolResult.Denied(scrubber.clean(text), action, missing);
        };
        return new ToolEnding(clean, outcome, null);
    }

    /** As it is kept. */
    Crossing.Ended ended() {
        String detail = switch (result) {
            case ToolResult.Ok ok ->
                ok.confinement().equals(Confinement.NONE)
                        ? ""
                        : ok.confinement().toString();
            case ToolResult.Failed(var text, var code) -> code + ": " + text;
            case ToolResult.Denied denied -> denied.text();
        };
        return new Crossing.Ended(outcome, detail);
    }

    /** What the caller of {@code call} gets. */
    ToolResult.Ok orThrow(String tool) {
        return switch (result) {
            case ToolResult.Ok ok -> ok;
            case ToolResult.Failed(var text, var code) -> throw new ToolException(code, tool, text, cause);
            case ToolResult.Denied(var text, var action, var missing) -> {
                if (cause instanceof DeniedException denied) {
                    throw denied;
                }
                throw new DeniedException(action, text, missing);
            }
        };
    }
}
