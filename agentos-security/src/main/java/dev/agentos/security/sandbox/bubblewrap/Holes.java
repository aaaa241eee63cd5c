package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.error.SandboxException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/*
 * A mount below a folder does not keep the folder from being renamed, after which another one can be made in its place.
 * What is itself a mount cannot be renamed: so every folder from the root down to a hole is mounted onto itself.
 */
/**
 * What in a folder is obeyed by programs of people, and so is no process's to change.
 *
 * @param paths the files and folders that exist
 * @param complete whether all folders have been looked at
 */
record Holes(Set<Path> paths, boolean complete) {
    /** From any folder. */
    private static final List<String> NAMES = List.of(
            ".git/config",
            ".git/hooks",
            ".git/info",
            ".gitmodules",
            ".envrc",
            ".vscode",
            ".idea",
            ".husky",
            ".devcontainer",
            ".github/workflows",
            ".gitlab-ci.yml",
            ".pre-commit-config.yaml",
            ".mvn",
            ".npmrc",
            ".yarnrc.yml",
            ".bashrc",
            ".bash_profile",
            ".bash_login",
            ".bash_logout",
            ".profile",
            ".zshrc",
            ".zshenv",
            ".zprofile",
            ".ssh");

    private static final int DEPTH = 5;
    private static final int MOST_FOLDERS = 5_000;

    /** Copies. */
    Holes {
        paths = Set.copyOf(paths);
    }

    /** {@return those in folders that may be written to} */
    static Holes in(List<Path> folders) {
        var search = new Search();
        for (Path folder : folders) {
            try {
                Files.walkFileTree(folder, Set.<FileVisitOption>of(), DEPTH, search);
            } catch (IOException e) {
                search.complete = false;
            }
        }
        return new Holes(search.found, search.complete);
    }

    private static final class Search extends SimpleFileVisitor<Path> {
        private final Set<Path> found = new TreeSet<>();
        private int folders;
        private boolean complete = true;

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (found.contains(folder)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (++folders > MOST_FOLDERS) {
                complete = false;
                return FileVisitResult.TERMINATE;
            }
            for (String name : NAMES) {
                Path path = folder.resolve(name);
                if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(path);
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE; // gone, or nobody else's to read either
        }
    }

    /**
     * {@return the options that make them read-only below these folders, which are mounted already}
     *
     * @throws SandboxException if one of them cannot be kept, since it is a link
     */
    List<String> options(List<Path> roots) {
        var options = new ArrayList<String>();
        Set<Path> kept = new LinkedHashSet<>();
        for (Path hole : new TreeSet<>(paths)) {
            Path root = roots.stream().filter(hole::startsWith).findFirst().orElseThrow();
            Path path = root;
            for (Path name : root.relativize(hole)) {
                path = path.resolve(name);
                if (Files.isSymbolicLink(path)) {
                    throw new SandboxException(
                            "cannot give write access to " + root + ": " + path
                                    + " is a symbolic link, and what it leads to is obeyed by other programs",
                            null);
                }
                if (kept.add(path)) {
                    options.addAll(
                            List.of(path.equals(hole) ? "--ro-bind" : "--bind", path.toString(), path.toString()));
                }
            }
        }
        return options;
    }
}
