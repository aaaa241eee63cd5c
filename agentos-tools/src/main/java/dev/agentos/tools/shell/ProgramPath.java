package dev.agentos.tools.shell;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Finds programs in a fixed list of folders. The PATH of whoever started the JVM plays no part, nor does the folder that
 * a program is to run in: a file named {@code ls} in a workspace is not {@code ls}. Thread-safe.
 *
 * <p>A name is looked up once. From then on it stands for the same path, so that describing a call again needs no disk
 * and gives the same answer; whether the file is still there is asked when it is run.
 */
final class ProgramPath {
    /** What a program is given as PATH. */
    static final String FIXED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_\\[][A-Za-z0-9_.+\\[-]{0,63}");
    private static final int MAX_KNOWN = 1_024;

    private final List<Path> folders;
    private final Map<String, Path> known = new ConcurrentHashMap<>();

    ProgramPath() {
        this(List.of(FIXED.split(":")).stream().map(Path::of).toList());
    }

    ProgramPath(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /** Returns the program of that name, empty if there is none or the name is none. */
    Optional<Path> find(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        Path before = known.get(name);
        if (before != null) {
            return Optional.of(before);
        }
        Optional<Path> found = folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
        if (known.size() < MAX_KNOWN) {
            found.ifPresent(file -> known.put(name, file));
        }
        return found;
    }
}
