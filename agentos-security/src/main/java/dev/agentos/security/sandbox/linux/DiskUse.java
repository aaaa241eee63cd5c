package dev.agentos.security.sandbox.linux;

import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxPlan.Access;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * To walk through a large workspace before each run and several times during it costs more than the run. So the free space
 * of the file systems is asked for, which is one call; only if that has shrunk by more than the limit, by whomever, is it
 * looked up what has changed in the folders since the start.
 */
/** Watches by how much a process fills the folders that it may write to. Used by one thread. */
final class DiskUse {
    private static final int MOST_FILES = 200_000;

    private final List<Path> folders;
    private final Map<FileStore, Long> freeAtStart = new LinkedHashMap<>();
    private final long limit;
    private final FileTime started = FileTime.from(Instant.now().minusSeconds(1));

    DiskUse(SandboxPlan plan, long limit) {
        this.folders = plan.paths().stream()
                .filter(rule -> rule.tree() && rule.access().contains(Access.WRITE))
                .map(SandboxPlan.PathRule::path)
                .toList();
        this.limit = limit;
        for (Path folder : folders) {
            try {
                FileStore store = Files.getFileStore(folder);
                freeAtStart.put(store, store.getUnallocatedSpace());
            } catch (IOException e) {
                // It is not there: nothing is written to it.
            }
        }
    }

    /** {@return whether it has written more than it may} */
    boolean isOver() {
        return hasShrunk() && changed() > limit;
    }

    private boolean hasShrunk() {
        long shrunk = 0;
        for (Map.Entry<FileStore, Long> each : freeAtStart.entrySet()) {
            try {
                shrunk += Math.max(0, each.getValue() - each.getKey().getUnallocatedSpace());
            } catch (IOException e) {
                return true; // look closely then
            }
        }
        return shrunk > limit;
    }

    private long changed() {
        var visitor = new Changes();
        for (Path folder : new ArrayList<>(folders)) {
            try {
                Files.walkFileTree(folder, visitor);
            } catch (IOException e) {
                // What went away while it was looked at fills nothing.
            }
        }
        return visitor.bytes;
    }

    private final class Changes extends SimpleFileVisitor<Path> {
        private long bytes;
        private int files;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.lastModifiedTime().compareTo(started) >= 0) {
                bytes += attributes.size();
            }
            return ++files < MOST_FILES && bytes <= limit ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(
                Path folder, java.io.@org.jspecify.annotations.Nullable IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
