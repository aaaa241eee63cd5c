package dev.agentos.examples.untrusted;

import dev.agentos.api.Exit;
import dev.agentos.api.tool.ToolResult;

/**
 * What became of an attempt.
 *
 * @param attempt what was tried
 * @param stopped whether it failed
 * @param evidence what the code was told, one line
 * @param guard what stopped it
 */
record Outcome(String attempt, boolean stopped, String evidence, String guard) {
    private static final int LONGEST = 120;

    static Outcome of(Attempt attempt, ToolResult result) {
        return switch (result) {
            case ToolResult.Ok ok ->
                new Outcome(attempt.name(), !ok.text().endsWith("done\n"), told(ok.text()), attempt.guard());
            case ToolResult.Failed failed -> new Outcome(attempt.name(), true, told(failed.text()), attempt.guard());
            case ToolResult.Denied denied ->
                new Outcome(attempt.name(), true, "denied; it takes " + denied.missing(), "the gate: no grant");
        };
    }

    /** What became of an agent that tried something and said what it was told. */
    static Outcome of(String attempt, Exit exit, String guard) {
        return switch (exit) {
            case Exit.Completed(var told) ->
                new Outcome(attempt, !"done".equals(told), told(String.valueOf(told)), guard);
            case Exit.Failed failed ->
                new Outcome(attempt, true, told(String.valueOf(failed.cause().getMessage())), guard);
            case Exit.Terminated terminated -> new Outcome(attempt, true, told(terminated.reason()), guard);
        };
    }

    /** The first line that says why; programs begin theirs with their names. */
    private static String told(String text) {
        String line = text.lines()
                .filter(each ->
                        each.contains("denied") || each.contains("not permitted") || each.contains("the program"))
                .findFirst()
                .orElse(text.lines().findFirst().orElse("it ended, and with it all that it had started"))
                .replaceFirst("; its output:$", "")
                .replaceFirst("^malicious\\.sh: line \\d+: ", "")
                .strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    /** {@return two lines for people} */
    String line() {
        return String.format(
                "%-7s  %-24s %s%n%34s by: %s%n", stopped ? "stopped" : "HARM", attempt, evidence, "", guard);
    }
}
