package dev.agentos.verify.formal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.agentos.api.AgentState;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The models in {@code formal/}: what they assert holds, they are not empty, and what is broken on purpose is found. */
class FormalModelsTest {
    private static final Path FORMAL = Path.of(System.getProperty("agentos.root"), "formal");

    /** {@code  Running -> (Paused + Failed) +}: the states that may follow one. */
    private static final Pattern ROW = Pattern.compile("^ {2}(\\w+) -> \\(([\\w +]+)\\) ?\\+?$");

    // ---- the models

    @TestFactory
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    Stream<DynamicNode> models_holdWhatTheyAssert_andAreNotEmpty(@TempDir Path temporary) throws IOException {
        List<Path> models = List.of(FORMAL.resolve("delegation.als"), FORMAL.resolve("lifecycle.als"));

        return Alloy.run(models, temporary).entrySet().stream()
                .map(model -> container(model.getKey(), model.getValue()));
    }

    @TestFactory
    @Tag("slow")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    Stream<DynamicNode> models_holdWhatTheyAssert_inLargeScopes(@TempDir Path temporary) throws IOException {
        return Alloy.run(modelsIn("large"), temporary).entrySet().stream()
                .map(model -> container(model.getKey(), model.getValue()));
    }

    private static DynamicNode container(Path file, List<Alloy.Answer> answers) {
        return dynamicContainer(
                FORMAL.relativize(file).toString(),
                Stream.concat(
                        Stream.of(dynamicTest(
                                "everyAssertion_isChecked",
                                () -> assertThat(checked(answers))
                                        .containsExactlyInAnyOrderElementsOf(assertions(modelOf(file))))),
                        answers.stream().map(FormalModelsTest::asExpected)));
    }

    private static DynamicTest asExpected(Alloy.Answer answer) {
        return dynamicTest(answer.label() + (answer.check() ? "_holds" : "_isPossible"), () -> {
            assertThat(answer.expected())
                    .as("what " + answer.label() + " expects")
                    .isEqualTo(!answer.check());
            assertThat(answer.hasInstance()).as("%s", answer).isEqualTo(answer.expected());
        });
    }

    private static List<String> checked(List<Alloy.Answer> answers) {
        return answers.stream()
                .filter(Alloy.Answer::check)
                .map(Alloy.Answer::label)
                .toList();
    }

    /** The model that a file is of: it has the same name. */
    private static Path modelOf(Path file) {
        return FORMAL.resolve(file.getFileName());
    }

    private static List<String> assertions(Path model) throws IOException {
        return named(model, Pattern.compile("^assert (\\w+)"));
    }

    private static List<String> named(Path model, Pattern pattern) throws IOException {
        return Files.readAllLines(model).stream()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
    }

    // ---- broken on purpose

    @TestFactory
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    Stream<DynamicNode> brokenModels_violateTheAssertionThatTheyName(@TempDir Path temporary) throws IOException {
        List<Path> broken = modelsIn("broken");

        return Alloy.run(broken, temporary).entrySet().stream()
                .map(model -> dynamicTest(
                        FORMAL.relativize(model.getKey()).toString(),
                        () -> violates(model.getKey(), model.getValue())));
    }

    private static void violates(Path file, List<Alloy.Answer> answers) throws IOException {
        assertThat(answers).as("a broken model has one command").hasSize(1);
        Alloy.Answer answer = answers.getFirst();
        Path model = FORMAL.resolve(file.getParent().getFileName() + ".als");
        assertThat(assertions(model)).contains(answer.label());
        assertThat(Files.readString(file)).contains("check " + answer.label());
        assertThat(answer.check() && answer.expected())
                .as("it expects a counterexample")
                .isTrue();
        assertThat(answer.hasInstance()).as(answer.label() + " is violated").isTrue();
        assertThat(answer.instance()).contains("---State 0---");
    }

    /** A flaw that no broken model has would be a mistake nobody would notice. */
    @Test
    void everyFlaw_hasABrokenModel() throws IOException {
        for (String model : List.of("delegation", "lifecycle")) {
            String text = Files.readString(FORMAL.resolve(model + ".als"));
            Matcher flaws =
                    Pattern.compile("lone sig ([\\w,\\s]+) extends Flaw").matcher(text);

            assertThat(flaws.find()).isTrue();
            var broken = new StringBuilder();
            for (Path file : modelsIn("broken/" + model)) {
                broken.append(Files.readString(file));
            }
            for (String flaw : flaws.group(1).split(",\\s*")) {
                assertThat(broken).contains("fact { Flaw = " + flaw + " and some Flaw }");
            }
        }
    }

    private static List<Path> modelsIn(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(FORMAL.resolve(folder))) {
            List<Path> models = files.filter(file -> file.toString().endsWith(".als"))
                    .sorted()
                    .toList();
            assertThat(models).isNotEmpty();
            return models;
        }
    }

    // ---- the model and the code

    @Test
    void tableOfTransitions_isThatOfTheCode() throws Exception {
        Map<AgentState, Set<AgentState>> modelled = modelledTable();

        for (AgentState state : AgentState.values()) {
            assertThat(modelled.getOrDefault(state, Set.of()))
                    .as("what may follow " + state)
                    .isEqualTo(codedAfter(state));
        }
    }

    private static Map<AgentState, Set<AgentState>> modelledTable() throws IOException {
        String model = Files.readString(FORMAL.resolve("lifecycle.als"));
        int start = model.indexOf("fun table: State -> State {");
        var table = new EnumMap<AgentState, Set<AgentState>>(AgentState.class);
        model.substring(start, model.indexOf('}', start))
                .lines()
                .skip(1)
                .map(ROW::matcher)
                .forEach(row -> {
                    assertThat(row.matches()).as("a line for each state").isTrue();
                    Set<AgentState> after = EnumSet.noneOf(AgentState.class);
                    Arrays.stream(row.group(2).split(" \\+ "))
                            .map(FormalModelsTest::state)
                            .forEach(after::add);
                    table.put(state(row.group(1)), after);
                });
        return table;
    }

    private static AgentState state(String modelled) {
        return AgentState.valueOf(modelled.toUpperCase(Locale.ROOT));
    }

    private static Object codedAfter(AgentState state) throws ReflectiveOperationException {
        Method after = Class.forName("dev.agentos.runtime.Transitions").getDeclaredMethod("after", AgentState.class);
        after.setAccessible(true);
        return after.invoke(null, state);
    }
}
