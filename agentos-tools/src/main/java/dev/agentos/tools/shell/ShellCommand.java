package dev.agentos.tools.shell;

import dev.agentos.api.security.Action;
import dev.agentos.tools.input.Arguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What one call runs, checked as far as text tells.
 *
 * @param argv the program as an absolute path, and its arguments
 * @param program the name under which the fixed PATH has just this program; empty if it has not, since the right to run
 *     {@code ls} is none to run {@code /tmp/ls}
 * @param script the script of the shell form; empty for the argv form
 */
record ShellCommand(
        List<String> argv,
        String program,
        String script,
        Path directory,
        Map<String, String> environment,
        String stdin,
        Duration time,
        int maxOutput) {
    static final int DEFAULT_SECONDS = 30;
    static final int MAX_SECONDS = 600;
    static final int DEFAULT_OUTPUT = 64 * 1024;
    static final int MAX_OUTPUT = 1024 * 1024;

    /** What the runtime would put a secret in the place of. */
    private static final Pattern SECRET = Pattern.compile("(\\S+ )?secret:\\S+");

    private static final String SHELL = "sh";
    private static final int MAX_ARGUMENTS = 1_000;
    private static final int MAX_ARGUMENT_BYTES = 128 * 1024;

    /**
     * What a caller may put into the environment: words about language, time zone and terminal. Everything else is
     * refused by not being here, LD_PRELOAD, BASH_ENV, GIT_*, JAVA_TOOL_OPTIONS, NODE_OPTIONS and the next such name
     * that nobody has thought of yet included: each of them turns a granted program into another one.
     */
    private static final Pattern VARIABLE =
            Pattern.compile("LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|NO_COLOR|COLUMNS|LINES|CI|SOURCE_DATE_EPOCH");

    /**
     * What their values may be: some of these words become parts of file names, and a caller that leads a translated
     * program to a catalogue of messages of its own has led it to format strings of its own.
     */
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.,:@+-]{0,127}");

    /** The one with a slash in it. */
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}");

    ShellCommand {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
    }

    /**
     * Returns the command that the arguments say.
     *
     * @throws IllegalArgumentException if they cannot be understood
     */
    static ShellCommand of(Arguments arguments, ProgramPath programs) {
        boolean shell = arguments.has("shell");
        if (shell == arguments.has("argv")) {
            throw new IllegalArgumentException("either 'argv' or 'shell' says what to run");
        }
        String script = shell ? clean("shell", arguments.text("shell")) : "";
        List<String> words = shell ? List.of(SHELL, "-c", script) : words(arguments.texts("argv"));
        Path program = program(words.getFirst(), programs);
        var argv = new ArrayList<>(words);
        argv.set(0, program.toString());
        Path directory = absolute("cwd", arguments.text("cwd", "/"));
        return new ShellCommand(
                argv,
                name(words.getFirst(), program, programs),
                script,
                directory,
                environment(arguments.map("env"), directory),
                arguments.text("stdin", ""),
                Duration.ofSeconds(arguments.number("timeoutSeconds", DEFAULT_SECONDS, 1, MAX_SECONDS)),
                (int) arguments.number("maxOutput", DEFAULT_OUTPUT, 1, MAX_OUTPUT));
    }

    /** The action: another verb for the shell form, since a script is whatever it wants to be. */
    Action action() {
        Action action = Action.of("tool:" + ShellTool.NAME, script.isEmpty() ? "call" : "shell")
                .with("argv0", argv.getFirst())
                .with("cwd", directory.toString());
        action = program.isEmpty() ? action : action.with("program", program);
        return script.isEmpty() ? action.with("args", argv.subList(1, argv.size())) : action.with("script", script);
    }

    private static List<String> words(List<String> argv) {
        if (argv.isEmpty() || argv.size() > MAX_ARGUMENTS) {
            throw new IllegalArgumentException("'argv' has 1 to " + MAX_ARGUMENTS + " words");
        }
        argv.forEach(word -> clean("argv", word));
        if (argv.stream().anyMatch(word -> SECRET.matcher(word).matches())) {
            throw new IllegalArgumentException(
                    "a secret in 'argv' is seen by every process of the machine: pass it in 'stdin'");
        }
        return argv;
    }

    private static String clean(String name, String text) {
        if (text.indexOf('\0') >= 0 || text.length() > MAX_ARGUMENT_BYTES) {
            throw new IllegalArgumentException(
                    "'" + name + "' has a NUL character or more than " + MAX_ARGUMENT_BYTES + " characters in a word");
        }
        return text;
    }

    private static Path program(String word, ProgramPath programs) {
        if (word.startsWith("/")) {
            return absolute("argv", word);
        }
        return programs.find(word)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no program of that name in " + ProgramPath.FIXED + "; a path must be absolute"));
    }

    private static String name(String word, Path program, ProgramPath programs) {
        if (!word.startsWith("/")) {
            return word;
        }
        Path last = program.getFileName();
        String name = last == null ? "" : last.toString();
        return programs.find(name).filter(program::equals).isPresent() ? name : "";
    }

    private static Path absolute(String name, String text) {
        boolean clean = text.codePoints().noneMatch(Character::isISOControl);
        Path path = clean ? Path.of(text) : Path.of("");
        // toString drops what Path.of repairs (double and trailing slashes), normalize the rest.
        if (!path.isAbsolute()
                || !path.normalize().equals(path)
                || !path.toString().equals(text)) {
            throw new IllegalArgumentException(
                    "'" + name + "' must be an absolute path without '.', '..', '//' or a trailing slash");
        }
        return path;
    }

    private static Map<String, String> environment(Map<String, String> asked, Path directory) {
        var environment = new TreeMap<String, String>();
        environment.put("LANG", "C.UTF-8");
        asked.forEach((name, value) -> {
            if (!VARIABLE.matcher(name).matches()) {
                throw new IllegalArgumentException("the environment variable '" + name.replaceAll("[^A-Za-z0-9_]", "?")
                        + "' cannot be set; allowed are " + VARIABLE.pattern().replace("|", ", "));
            }
            Pattern allowed = name.equals("TZ") ? ZONE : WORD;
            if (!value.isEmpty() && !allowed.matcher(value).matches()) {
                throw new IllegalArgumentException("the value of the environment variable '" + name + "' is no "
                        + (name.equals("TZ") ? "name of a time zone" : "single word"));
            }
            environment.put(name, value);
        });
        environment.put("PATH", ProgramPath.FIXED);
        environment.put("HOME", directory.toString());
        return environment;
    }
}
