package dev.agentos.verify.formal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs models with the Alloy Analyzer, in processes of its own. */
final class Alloy {
    private static final String JAR = System.getProperty("agentos.alloy");

    private Alloy() {}

    /**
     * What came of one command.
     *
     * @param label its name, which for a check is that of the assertion
     * @param check whether it looks for a counterexample; else for an instance
     * @param expected whether it expects to find one
     * @param millis processor time that it took
     * @param instance what it found, state by state; empty if nothing
     */
    record Answer(String label, boolean check, boolean expected, boolean hasInstance, long millis, String instance) {
        static Answer parse(String[] fields) {
            assertThat(fields[3]).as("what " + fields[1] + " expects").isIn("0", "1");
            return new Answer(
                    fields[1],
                    fields[2].equals("check"),
                    fields[3].equals("1"),
                    Boolean.parseBoolean(fields[4]),
                    Long.parseLong(fields[5]),
                    fields.length > 6 ? fields[6].replace('⏎', '\n') : "");
        }
    }

    /** Runs all commands of these models, two models at a time. {@return what came of them, in order} */
    static Map<Path, List<Answer>> run(List<Path> models, Path temporary) {
        List<Path> some = every(models, 0);
        List<Path> others = every(models, 1);
        Process first = start(some, temporary);
        Process second = others.isEmpty() ? null : start(others, temporary);
        try {
            var answers = new LinkedHashMap<Path, List<Answer>>();
            models.forEach(model -> answers.put(model, new ArrayList<>()));
            read(first, answers);
            if (second != null) {
                read(second, answers);
            }
            assertThat(answers)
                    .allSatisfy((model, found) ->
                            assertThat(found).as("commands of " + model).isNotEmpty());
            return answers;
        } finally {
            Stream.of(first, second == null ? first : second).forEach(Process::destroyForcibly);
        }
    }

    private static List<Path> every(List<Path> models, int rest) {
        return Stream.iterate(rest, i -> i < models.size(), i -> i + 2)
                .map(models::get)
                .toList();
    }

    private static Process start(List<Path> models, Path temporary) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", // it looks for native solvers, which we do not use
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + temporary, // it leaves empty files behind
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-cp",
                JAR + java.io.File.pathSeparator + testClasses(),
                AlloyProgram.class.getName()));
        models.forEach(model -> command.add(model.toString()));
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String testClasses() {
        return Path.of(AlloyProgram.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
    }

    private static void read(Process process, Map<Path, List<Answer>> answers) {
        var others = new ArrayList<String>();
        try (BufferedReader lines = process.inputReader(java.nio.charset.StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split("\t");
                List<Answer> known = answers.get(Path.of(fields[0]));
                if (known == null) {
                    others.add(line);
                } else {
                    known.add(Answer.parse(fields));
                }
            }
            assertThat(process.waitFor()).as("exit code; it said %s", others).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while models were checked", e);
        }
    }
}
