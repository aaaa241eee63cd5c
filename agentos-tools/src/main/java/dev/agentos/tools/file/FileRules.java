package dev.agentos.tools.file;

import java.util.Set;

/**
 * What a {@link FileRoot} allows beyond its defaults.
 *
 * @param hardLinks whether files with several names may be opened
 * @param denied inodes that are never opened, whatever name leads to them
 * @param sync whether a write reaches the disk before it returns
 */
record FileRules(boolean hardLinks, Set<FileStatus.Inode> denied, boolean sync) {
    /** No hard links, no deny list, writes on disk before they return. */
    static final FileRules DEFAULT = new FileRules(false, Set.of(), true);

    FileRules {
        denied = Set.copyOf(denied);
    }
}
