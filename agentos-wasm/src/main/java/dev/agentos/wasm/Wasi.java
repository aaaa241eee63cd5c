package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a command of WASI preview 1 finds when it starts: arguments, environment and files in memory, of which it has none
 * unless they are named here. Immutable and thread-safe: what a call changes in its files is gone with the call.
 *
 * @since 0.3
 */
public final class Wasi {
    /** No arguments, no environment, no files, room for 1,000 files of 16 MiB together, standard error kept out of the log. */
    public static final Wasi EMPTY = builder().build();

    private final List<String> arguments;
    private final Map<String, String> environment;
    private final Map<String, byte[]> files;
    private final int maxFiles;
    private final int maxFileBytes;
    private final boolean logs;

    private Wasi(Builder builder) {
        arguments = List.copyOf(builder.arguments);
        environment = new TreeMap<>(builder.environment);
        files = new TreeMap<>(builder.files);
        maxFiles = builder.maxFiles;
        maxFileBytes = builder.maxFileBytes;
        logs = builder.logs;
    }

    /** Starts to describe what a command finds. */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the arguments, behind the name of the program: nothing if there are none} */
    List<String> arguments(String program) {
        List<String> all = new ArrayList<>(arguments);
        if (!all.isEmpty()) {
            all.addFirst(program);
        }
        return all;
    }

    /** {@return the environment, as {@code NAME=value}} */
    List<String> environment() {
        return environment.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    /** {@return files as they are at the start of a call} */
    MemoryFiles open() {
        return new MemoryFiles(files, maxFiles, maxFileBytes);
    }

    boolean logs() {
        return logs;
    }

    /** {@return how much there is, and no content} */
    @Override
    public String toString() {
        return "WASI with " + arguments.size() + " arguments, " + environment.size() + " variables, " + files.size()
                + " files";
    }

    /** Collects what a command finds. Not thread-safe. */
    public static final class Builder {
        private static final int MOST_FILES = 100_000;
        private static final int MOST_BYTES = 256 << 20;
        private static final int MOST_TEXT = 1 << 16;

        private final List<String> arguments = new ArrayList<>();
        private final Map<String, String> environment = new TreeMap<>();
        private final Map<String, byte[]> files = new TreeMap<>();
        private int maxFiles = 1_000;
        private int maxFileBytes = 16 << 20;
        private boolean logs;

        private Builder() {}

        /** One more argument. In front of the first the program finds the name of the tool, as is the custom. */
        public Builder argument(String text) {
            arguments.add(plain("an argument", text));
            return this;
        }

        /** A variable of the environment. It is no place for secrets: the module can put them into its result. */
        public Builder environment(String name, String value) {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("a variable needs a name without '=': '" + name + "'");
            }
            environment.put(plain("the name of a variable", name), plain("the variable " + name, value));
            return this;
        }

        /**
         * A file that is there when a call starts, with the folders above it. The call may change it, the next call finds
         * it as it is here.
         *
         * @param path below the root, such as {@code data/prices.csv}
         */
        public Builder file(String path, byte[] content) {
            files.put(Objects.requireNonNull(path, "path"), content.clone());
            return this;
        }

        /** How many files and folders there may be at a time, those given included; 1,000 unless said, 100,000 at most. */
        public Builder maxFiles(int count) {
            maxFiles = within("maxFiles", count, MOST_FILES);
            return this;
        }

        /** How many bytes all files may hold together; 16 MiB unless said, 256 MiB at most. They take heap, twice at worst. */
        public Builder maxFileBytes(int bytes) {
            maxFileBytes = within("maxFileBytes", bytes, MOST_BYTES);
            return this;
        }

        /**
         * Writes standard error to the log also when a call succeeds, as {@code agentos.log} does at INFO. Every call needs
         * the right {@code wasm:<tool>/log import} then. Unless said, standard error is part of the reason of a call that
         * fails, and of nothing else.
         */
        public Builder logErrors() {
            logs = true;
            return this;
        }

        /**
         * {@return what a command finds}
         *
         * @throws IllegalArgumentException if the path of a file is none below the root, or there is no room for all files
         */
        public Wasi build() {
            var made = new Wasi(this);
            try {
                made.open();
            } catch (WasiError e) {
                throw new IllegalArgumentException(
                        "the files " + files.keySet() + " are not all below the root and within " + maxFiles
                                + " files and folders of " + maxFileBytes + " bytes",
                        e);
            }
            return made;
        }

        private static int within(String what, int value, int max) {
            if (value < 0 || value > max) {
                throw new IllegalArgumentException(what + " must be from 0 to " + max + ": " + value);
            }
            return value;
        }

        /** What C takes for text: it ends at a zero. */
        private static String plain(String what, String text) {
            if (text.indexOf('\0') >= 0 || text.getBytes(UTF_8).length > MOST_TEXT) {
                throw new IllegalArgumentException(what + " has a zero in it or more than " + MOST_TEXT + " bytes");
            }
            return text;
        }
    }
}
