package dev.agentos.verify.sandbox;

import dev.agentos.api.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of the documentation, written from what happened. */
final class CaseTable {
    static final String BEGIN = "<!-- cases: written by SandboxCasesTest, from what happened -->";
    static final String END = "<!-- end of cases -->";

    private CaseTable() {}

    /** {@return the lines between the marks} */
    static String of(List<SandboxCase> cases, Map<String, String> asRoot, Map<String, String> asAnother) {
        return "\n| case | attempt | enforced by | as root | unprivileged |\n|---|---|---|---|---|\n"
                + cases.stream()
                        .map(each -> String.join(
                                " | ",
                                "| " + each.id(),
                                each.attempt(),
                                each.means(),
                                asRoot.get(each.id()),
                                asAnother.get(each.id()) + " |\n"))
                        .collect(Collectors.joining())
                + "\n";
    }

    /** {@return the same as data, for whoever compares machines} */
    static JsonObject json(List<SandboxCase> cases, Map<String, String> asRoot, Map<String, String> asAnother) {
        var all = JsonObject.builder();
        for (SandboxCase each : cases) {
            all.put(
                    each.id(),
                    JsonObject.builder()
                            .put("attempt", each.attempt())
                            .put("enforcedBy", each.means())
                            .put("root", asRoot.getOrDefault(each.id(), ""))
                            .put("unprivileged", asAnother.getOrDefault(each.id(), ""))
                            .build());
        }
        return all.build();
    }

    /** {@return a document with another table} */
    static String replaced(String document, String table) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("no place for the table: there is no " + BEGIN + " … " + END);
        }
        return document.substring(0, begin + BEGIN.length()) + "\n" + table + document.substring(end);
    }
}
