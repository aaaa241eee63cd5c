package dev.agentos.json.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentSpec;
import dev.agentos.api.Limits;
import dev.agentos.api.Restart;
import dev.agentos.api.Supervision;
import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Overflow;
import dev.agentos.json.JacksonJsonProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** An agent from a file is the agent that the builder makes: of whatever options, in YAML and in JSON. */
class SpecFileProperties {
    private static final String WHOLE = "dev.agentos.json.spec.SampleAgents$Whole";

    private final JacksonJsonProvider json = new JacksonJsonProvider();
    private final YamlSpecFileProvider files = new YamlSpecFileProvider();
    private Path folder = Path.of("");

    /** The fields of a file, and the spec that the builder makes of the same. */
    private record Both(JsonObject file, AgentSpec built) {}

    @BeforeProperty
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("agents");
    }

    @AfterProperty
    void deleteFolder() throws IOException {
        try (var all = Files.list(folder)) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Property(tries = 200)
    void file_isWhatTheBuilderMakes(@ForAll("agents") Both both) {
        AgentSpec fromYaml = read("a.yaml", "# as YAML\n" + json.writePretty(both.file()));
        AgentSpec fromJson = read("a.json", json.write(both.file()));

        assertSame(fromYaml, both.built());
        assertSame(fromJson, both.built());
    }

    /** Whatever the slip: a spec, or the one exception that says file and line. */
    @Property(tries = 300)
    void file_withASlip_isASpecOrNamesItsLine(@ForAll("agents") Both both, @ForAll Random random) {
        String text = json.writePretty(both.file());
        List<String> lines = new ArrayList<>(text.lines().toList());
        int at = random.nextInt(lines.size());
        switch (random.nextInt(4)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.set(at, lines.get(at).replace("\"", ""));
            case 2 -> lines.set(at, lines.get(at).replaceFirst(": .*", ": [],"));
            default -> lines.add(at, "  \"" + "x".repeat(1 + random.nextInt(3)) + "\": 1,");
        }

        try {
            assertThat(read("a.yaml", String.join("\n", lines)).name()).isNotEmpty();
        } catch (InvalidSpecException e) {
            assertThat(e.line()).isBetween(1, lines.size());
            assertThat(e.getMessage()).startsWith(folder.resolve("a.yaml") + ":" + e.line() + ": ");
        }
    }

    private AgentSpec read(String name, String text) {
        try {
            return files.read(Files.writeString(folder.resolve(name), text), Map.of(), (template, params) -> {
                throw new IllegalArgumentException("no template is named in these files: " + template);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertSame(AgentSpec actual, AgentSpec expected) {
        assertThat(actual.name()).isEqualTo(expected.name());
        assertThat(actual.params()).isEqualTo(expected.params());
        assertThat(actual.labels()).isEqualTo(expected.labels());
        assertThat(actual.grants()).isEqualTo(expected.grants());
        assertThat(actual.limits()).isEqualTo(expected.limits());
        assertThat(actual.accepts()).isEqualTo(expected.accepts());
        assertThat(actual.supervision()).isEqualTo(expected.supervision());
        assertThat(actual.mailboxCapacity()).isEqualTo(expected.mailboxCapacity());
        assertThat(actual.overflow()).isEqualTo(expected.overflow());
        assertThat(actual.sendTimeout()).isEqualTo(expected.sendTimeout());
        assertThat(actual.threading()).isEqualTo(expected.threading());
        assertThat(actual.durable()).isEqualTo(expected.durable());
        assertThat(actual.subscriptions()).isEqualTo(expected.subscriptions());
        assertThat(actual.restart())
                .usingRecursiveComparison()
                .ignoringFields("decide")
                .isEqualTo(expected.restart());
        assertThat(actual.children()).hasSameSizeAs(expected.children());
        for (int i = 0; i < actual.children().size(); i++) {
            assertSame(actual.children().get(i), expected.children().get(i));
        }
    }

    @Provide
    Arbitrary<Both> agents() {
        return Arbitraries.randomValue(random -> new Draft(random).agent("desk", 2));
    }

    /** Writes the same options into a file and a builder. */
    private static final class Draft {
        private final Random random;

        Draft(Random random) {
            this.random = random;
        }

        Both agent(String name, int depth) {
            var file = new LinkedHashMap<String, Object>();
            AgentSpec.Builder spec = AgentSpec.builder(name).run(ctx -> {});
            file.put("name", name);
            file.put("class", WHOLE);
            maps(file, spec);
            lasting(file, spec);
            limits(file, spec);
            restart(file, spec);
            mailbox(file, spec);
            enums(file, spec);
            if (depth > 0 && random.nextBoolean()) {
                var children = new ArrayList<JsonObject>();
                for (String child : List.of("one", "two").subList(0, 1 + random.nextInt(2))) {
                    Both both = agent(child, depth - 1);
                    children.add(both.file());
                    spec.child(both.built());
                }
                file.put("children", children);
            }
            return new Both(JsonValue.of(file).asObject(), spec.build());
        }

        private void maps(Map<String, Object> file, AgentSpec.Builder spec) {
            if (random.nextBoolean()) {
                Map<String, Object> params = Map.of(
                        pick("symbol", "a.b", "ü", ""),
                        pick("AAPL", 7, -1L << 40, true, List.of(1, "x"), Map.of("a", 1)));
                file.put("params", params);
                params.forEach(spec::param);
            }
            if (random.nextBoolean()) {
                String value = pick("equities", "1", "true", "~", "");
                file.put("labels", Map.of("desk", value));
                spec.label("desk", value);
            }
            if (random.nextBoolean()) {
                String grant =
                        pick("tool:order.place call; notional<=10000", "file:/data/** read,write", "agent:* send");
                file.put("grants", List.of(grant));
                spec.grant(grant);
            }
            if (random.nextBoolean()) {
                file.put("accepts", List.of("java.lang.String"));
                spec.accepts(String.class);
            }
        }

        private void lasting(Map<String, Object> file, AgentSpec.Builder spec) {
            if (random.nextBoolean()) {
                boolean durable = random.nextBoolean();
                file.put("durable", durable);
                if (durable) {
                    spec.durable();
                }
            }
            if (random.nextBoolean()) {
                List<String> topics = List.of(pick("ticks.**", "a", "*.b", "**"), "news");
                file.put("subscribe", topics);
                topics.forEach(spec::subscribe);
            }
        }

        private void limits(Map<String, Object> file, AgentSpec.Builder spec) {
            if (random.nextInt(4) == 0) {
                file.put("limits", "unlimited");
                spec.limits(Limits.unlimited());
                return;
            }
            long count = pick(0L, 7L, 1_000L, Long.MAX_VALUE);
            Duration time =
                    pick(Duration.ofMillis(250), Duration.ofHours(2), Duration.ofDays(400), Duration.ofNanos(1));
            BigDecimal money =
                    pick(BigDecimal.ZERO, new BigDecimal("9.50"), new BigDecimal("100"), new BigDecimal("1e6"));
            var limits = new LinkedHashMap<String, Object>();
            limits.put("turns", count);
            limits.put("wallTime", time.toString());
            limits.put("money", money);
            limits.put("toolCallsPer", "100/" + pick("1m", "PT1M", "60s", "60000ms"));
            limits.put("onExceed", spelled(Limits.OnExceed.PAUSE_AND_ASK));
            file.put("limits", limits);
            spec.limits(Limits.builder()
                    .turns(count)
                    .wallTime(time)
                    .money(money)
                    .toolCallsPer(100, Duration.ofMinutes(1))
                    .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                    .build());
        }

        private void restart(Map<String, Object> file, AgentSpec.Builder spec) {
            if (random.nextBoolean()) {
                file.put("restart", Map.of("max", 3, "window", "1m", "maxBackoff", "1h"));
                spec.restart(
                        Restart.upTo(3, Duration.ofMinutes(1)).backoff(Duration.ofMillis(100), Duration.ofHours(1)));
            }
        }

        private void mailbox(Map<String, Object> file, AgentSpec.Builder spec) {
            if (random.nextBoolean()) {
                int capacity = 1 + random.nextInt(100_000);
                Overflow overflow = pick(Overflow.values());
                file.put("mailbox", Map.of("capacity", capacity, "overflow", spelled(overflow), "sendTimeout", "90s"));
                spec.mailbox(capacity, overflow).sendTimeout(Duration.ofSeconds(90));
            }
        }

        private void enums(Map<String, Object> file, AgentSpec.Builder spec) {
            Supervision supervision = pick(Supervision.values());
            AgentSpec.Threading threading = pick(AgentSpec.Threading.values());
            file.put("supervision", spelled(supervision));
            file.put("threading", spelled(threading));
            spec.supervision(supervision).threading(threading);
        }

        /** In any case, with hyphens or underscores. */
        private String spelled(Enum<?> constant) {
            String name =
                    random.nextBoolean() ? constant.name() : constant.name().toLowerCase(Locale.ROOT);
            return random.nextBoolean() ? name : name.replace('_', '-');
        }

        @SafeVarargs
        private <T> T pick(T... from) {
            return from[random.nextInt(from.length)];
        }
    }
}
