package dev.agentos.examples.trading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.testkit.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TradingDemoTest {
    private final JsonProvider json = Providers.only(JsonProvider.class);

    @TempDir
    Path folder;

    @Test
    void main_printsTheLedger_andWritesItDown_andLeavesNothingBehind() throws IOException {
        var leaks = LeakCheck.begin();
        Path out = folder.resolve("not/there/yet");

        String printed = run("--out", out.toString());

        assertThat(printed)
                .contains("trades      100,000")
                .contains("bars        1,916 of 5 minutes")
                .contains("orders      113 passed the gate, 23 were denied")
                .contains("first denied: slow 57782/0, SELL of 10,080.00 USD, over 10,000")
                .contains(
                        "revoked     fast on 2013-11-30, after 95,617.35 USD in a day; 10 of its orders were denied since")
                .contains("profit      +1,454.83 USD")
                .contains("messages    303,856 in ")
                .contains(out.resolve("actions.jsonl").toString());
        assertThat(json.parse(Files.readString(out.resolve("ledger.json")))
                        .at("counts", "denied")
                        .number())
                .isEqualByComparingTo("23");
        assertThat(out.resolve("report.html"))
                .content()
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n");
        checkActionLog(Files.readAllLines(out.resolve("actions.jsonl")));
        leaks.assertNothingLeft();
    }

    @Test
    void main_saysHowItIsCalled_whenItIsCalledOtherwise() {
        assertThatThrownBy(() -> TradingDemo.main("--in", "there"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("usage: [--out FOLDER], not --in there");
    }

    private void checkActionLog(List<String> lines) {
        List<JsonValue> orders = lines.stream()
                .map(json::parse)
                .filter(line -> line.at("action").text().equals("tool:order.place call"))
                .toList();
        assertThat(orders).hasSize(113 + 23);
        assertThat(orders.stream().filter(line -> line.at("decision").text().equals("Deny")))
                .hasSize(23)
                .allSatisfy(line -> {
                    assertThat(line.at("outcome").text()).isEqualTo("NOT_STARTED");
                    assertThat(line.at("reason").text()).containsAnyOf("notional<=10000", "revoked");
                });
    }

    private static String run(String... args) throws IOException {
        var bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            TradingDemo.main(args);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
