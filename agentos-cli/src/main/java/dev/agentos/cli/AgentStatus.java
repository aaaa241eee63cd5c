package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.util.stream.Collectors;

/** An agent in words. */
final class AgentStatus {
    private static final int LABEL = 11;

    private AgentStatus() {}

    /** The state, and what was asked of it that has not happened yet. */
    static String state(JsonValue agent) {
        String requested = agent.at("requested").text();
        return agent.at("state").text() + (requested.equals("NONE") ? "" : " (" + requested + " asked)");
    }

    static String text(JsonObject agent) {
        var text = new StringBuilder();
        line(text, "id", agent.at("id").text());
        line(text, "state", state(agent));
        line(text, "reason", agent.at("reason").text());
        line(text, "since", Times.seconds(agent.at("since").text()));
        line(text, "spawned", Times.seconds(agent.at("spawned").text()));
        line(text, "owner", agent.at("owner").text());
        line(text, "mail", agent.at("pending").toString());
        line(text, "restarts", agent.at("restarts").toString());
        line(text, "durable", durable(agent));
        line(text, "labels", members(agent.at("labels"), "="));
        agent.at("grants").asArray().elements().forEach(grant -> line(text, "grant", grant.text()));
        line(text, "limits", members(agent.at("limits", "max"), " "));
        line(text, "used", members(agent.at("used"), " "));
        line(
                text,
                "children",
                agent.at("children").asArray().elements().stream()
                        .map(JsonValue::text)
                        .collect(Collectors.joining(", ")));
        if (!agent.at("exit").isNull()) {
            line(text, "exit", exit(agent.at("exit")));
        }
        if (!agent.at("carriersLost").equals(JsonValue.of(0))) {
            line(text, "lost", agent.at("carriersLost") + " cores to threads that were given up and compute on");
        }
        return text.toString();
    }

    private static String durable(JsonObject agent) {
        if (!agent.at("durable").bool()) {
            return "";
        }
        return agent.at("revived").bool() ? "yes, brought back from an earlier daemon" : "yes";
    }

    /** How it ended. */
    static String exit(JsonValue exit) {
        return switch (exit.at("state").text()) {
            case "COMPLETED" -> "completed" + (exit.at("result").isNull() ? "" : " with " + exit.at("result"));
            case "FAILED" -> "failed: " + exit.at("error", "message").text();
            default -> "was terminated: " + exit.at("reason").text() + abandoned(exit);
        };
    }

    private static String abandoned(JsonValue exit) {
        var names = exit.at("abandoned").asArray().elements();
        return names.isEmpty()
                ? ""
                : "; given up, since it did not stop: "
                        + names.stream().map(JsonValue::text).collect(Collectors.joining(", "));
    }

    private static String members(JsonValue object, String between) {
        return object.asObject().members().entrySet().stream()
                .map(member -> member.getKey()
                        + between
                        + (member.getValue().kind().equals("string")
                                ? member.getValue().text()
                                : member.getValue().toString()))
                .collect(Collectors.joining(", "));
    }

    private static void line(StringBuilder text, String label, String value) {
        if (!value.isEmpty()) {
            text.append(label)
                    .append(" ".repeat(LABEL - label.length()))
                    .append(PlainText.of(value))
                    .append('\n');
        }
    }
}
