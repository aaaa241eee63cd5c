package dev.agentos.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonString;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.ToolScannerProvider;
import dev.agentos.api.spi.ToolSetProvider;
import dev.agentos.api.tool.Tool;
import dev.agentos.testkit.LeakCheck;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardToolSetProviderTest {
    @Test
    void providers_areFound_byName() {
        assertThat(Providers.named(ToolSetProvider.class, "standard")).isInstanceOf(StandardToolSetProvider.class);
        assertThat(Providers.named(ToolScannerProvider.class, "annotated"))
                .isInstanceOf(AnnotatedToolScannerProvider.class);
    }

    @Test
    void open_bringsEachToolOnce_withEveryArgumentDescribed() {
        var tools = new StandardToolSetProvider().open();

        assertThat(tools)
                .extracting(tool -> tool.spec().name())
                .containsExactlyInAnyOrder(
                        "file.read", "file.write", "file.list", "file.delete", "http.request", "shell.execute");
        for (Tool tool : tools) {
            var schema = tool.spec().inputSchema();
            assertThat(schema.at("type")).isEqualTo(new JsonString("object"));
            assertThat(schema.at("properties").asObject().members().values())
                    .allSatisfy(property ->
                            assertThat(property.at("description").text()).isNotBlank());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "file:/data/** read, file.list file.read",
        "file:/data/** write, file.write",
        "file:/data/** delete, file.delete",
        "net:https://api.example.com/** get, http.request",
        "net:** connect, ''",
        "tool:shell.execute call; argv0=ls, shell.execute",
        "tool:shell.execute shell, shell.execute",
        "memory:shared/market read, ''"
    })
    void isCallableWith_showsATool_toWhoeverHasARightForIt(String capability, String callable) {
        String names = new StandardToolSetProvider()
                .open().stream()
                        .filter(tool -> tool.isCallableWith(Capability.parse(capability)))
                        .map(tool -> tool.spec().name())
                        .sorted()
                        .collect(Collectors.joining(" "));

        assertThat(names).isEqualTo(callable);
    }

    @Test
    void open_startsNothing_untilAToolIsUsed() throws Exception {
        var leaks = LeakCheck.begin();

        for (Tool tool : new StandardToolSetProvider().open()) {
            if (tool instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }

        leaks.assertNothingLeft();
    }
}
