package dev.agentos.verify.sandbox;

import dev.agentos.api.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of the documentation, written from what happened. */
final class CaseTable {
    private static final String END = "<!-- end of cases -->";

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

    /** {@return what stands before the table of a sandbox} */
    private static String begin(String sandbox) {
        String which = sandbox.equals(SandboxCase.LINUX) ? "" : " of " + sandbox;
        return "<!-- cases" + which + ": written by SandboxCasesTest, from what happened -->";
    }

    /** {@return a document with another table for a sandbox} */
    static String replaced(String document, String sandbox, String table) {
        int begin = document.indexOf(begin(sandbox));
        int end = document.indexOf(END, begin);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("no place for the table: there is no " + begin(sandbox) + " … " + END);
        }
        return document.substring(0, begin + begin(sandbox).length()) + "\n" + table + document.substring(end);
    }
}
