package dev.agentos.cli;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code doctor}. */
@Command(
        name = "doctor",
        description = "Say what this machine enforces on what agents run, what is missing, and how to get it;"
                + " exit code 1 if programs would not be confined at all. Needs no daemon.")
final class DoctorCommand extends AgentCommands.Base {
    private static final String DEFAULT = "linux";
    private static final String NONE = "none";

    @Override
    public Integer call() {
        LogFile.quiet();
        List<JsonObject> sandboxes = Providers.all(SandboxProvider.class).stream()
                .sorted(Comparator.comparing(
                                (SandboxProvider each) -> !each.name().equals(DEFAULT))
                        .thenComparing(SandboxProvider::name))
                .map(DoctorCommand::examine)
                .toList();
        boolean confined = sandboxes.stream()
                .anyMatch(each -> each.at("name").text().equals(DEFAULT)
                        && !each.at("level").text().equals(SandboxLevel.NONE.name()));
        var document = JsonObject.builder()
                .put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("architecture", System.getProperty("os.arch"))
                .put("user", System.getProperty("user.name"))
                .put("java", Runtime.version().toString())
                .put("nativeAccess", DoctorCommand.class.getModule().isNativeAccessEnabled())
                .put("confined", confined)
                .put("sandboxes", sandboxes)
                .build();
        root().output().print(document, describe(document));
        return confined ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Opens a sandbox, which starts nothing, and asks it. */
    private static JsonObject examine(SandboxProvider provider) {
        var document = JsonObject.builder()
                .put("name", provider.name())
                .put("byDefault", provider.name().equals(DEFAULT));
        try (Sandbox sandbox = provider.open()) {
            Confinement found = sandbox.probe();
            return document.put("level", found.level().name())
                    .put("degraded", found.degraded())
                    .put(
                            "features",
                            sandbox.features().stream()
                                    .map(DoctorCommand::feature)
                                    .toList())
                    .build();
        } catch (AgentOsException e) {
            return document.put("level", SandboxLevel.NONE.name())
                    .put("degraded", List.of())
                    .put("features", List.of())
                    .put("problem", String.valueOf(e.getMessage()))
                    .build();
        }
    }

    private static JsonObject feature(SandboxFeature feature) {
        return JsonObject.builder()
                .put("name", feature.name())
                .put("present", feature.present())
                .put("by", feature.means())
                .put("remedy", feature.remedy())
                .build();
    }

    private static String describe(JsonObject document) {
        var text = new StringBuilder();
        text.append(document.at("system").text())
                .append(" on ")
                .append(document.at("architecture").text())
                .append(", as ")
                .append(document.at("user").text())
                .append(", Java ")
                .append(document.at("java").text())
                .append(
                        document.at("nativeAccess").bool()
                                ? "\n"
                                : "; native access is off: add --enable-native-access\n");
        for (JsonValue sandbox : document.at("sandboxes").asArray().elements()) {
            text.append('\n').append(section(sandbox.asObject()));
        }
        return text.toString();
    }

    private static String section(JsonObject sandbox) {
        String name = sandbox.at("name").text();
        var degraded = new ArrayList<String>();
        sandbox.at("degraded").asArray().elements().forEach(each -> degraded.add(each.text()));
        String head = "sandbox '" + name + "'"
                + (sandbox.at("byDefault").bool() ? ", used unless another is chosen" : "")
                + ": " + sandbox.at("level").text()
                + (degraded.isEmpty() || name.equals(NONE) ? "" : ", without " + String.join(", ", degraded)) + "\n";
        String problem = sandbox.has("problem")
                ? "  " + PlainText.of(sandbox.at("problem").text()) + "\n"
                : "";
        List<JsonValue> features = sandbox.at("features").asArray().elements();
        if (features.isEmpty()) {
            return head + problem;
        }
        var table = new Table("FEATURE", "HERE", "BY", "TO GET IT");
        for (JsonValue feature : features) {
            table.add(
                    feature.at("name").text(),
                    feature.at("present").bool() ? "yes" : "no",
                    feature.at("by").text(),
                    feature.at("remedy").text());
        }
        return head + problem + table;
    }
}
