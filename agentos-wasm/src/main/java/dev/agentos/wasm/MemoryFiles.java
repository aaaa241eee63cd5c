package dev.agentos.wasm;

import dev.agentos.wasm.MemoryNode.File;
import dev.agentos.wasm.MemoryNode.Folder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * There are no links, so a folder has one parent and a path one meaning. A path is followed on a stack that begins with the folder it is
 * relative to: `..` takes one off, and the folder itself cannot be taken off. Nothing here knows java.nio.file: there is no host to reach.
 */
/** The files of one call of a command: in memory, bounded in bytes and number, gone with the call. Not thread-safe. */
final class MemoryFiles {
    static final int MAX_PATH = 4_096;
    private static final int MAX_NAME = 255;

    private final int maxFiles;
    private final long maxBytes;
    private final Folder root;
    private long numbers;
    private long serials;
    private int files;
    private long bytes;

    /** Takes paths and contents as {@link Wasi} has checked them. */
    MemoryFiles(Map<String, byte[]> given, int maxFiles, long maxBytes) {
        this.maxFiles = maxFiles;
        this.maxBytes = maxBytes;
        this.root = new Folder(++numbers);
        given.forEach(this::give);
    }

    private void give(String path, byte[] content) {
        Folder folder = root;
        List<String> names = names(path);
        if (names.isEmpty() || names.contains("..")) {
            throw new WasiError(WasiError.INVALID);
        }
        for (String name : names.subList(0, names.size() - 1)) {
            MemoryNode next = folder.children().get(name);
            folder = next == null ? add(folder, name, new Folder(++numbers)) : folder(next);
        }
        if (folder.children().containsKey(names.getLast())) {
            throw new WasiError(WasiError.EXISTS);
        }
        grow(content.length);
        add(folder, names.getLast(), new File(++numbers, content));
    }

    Folder root() {
        return root;
    }

    /** {@return how many bytes all files hold, those included that were removed and are open} */
    long bytes() {
        return bytes;
    }

    int files() {
        return files;
    }

    /** {@return what is at a path} */
    MemoryNode find(Folder base, String path) {
        MemoryNode found = walk(base, names(path));
        return path.endsWith("/") ? folder(found) : found;
    }

    /** {@return the file or folder at a path, which is made if there is none} */
    MemoryNode findOrCreate(Folder base, String path, boolean alone) {
        Place place = place(base, path);
        MemoryNode found = place.node();
        if (found == null) {
            if (path.endsWith("/")) {
                throw new WasiError(WasiError.IS_FOLDER);
            }
            return add(place.folder(), place.name(), new File(++numbers, new byte[0]));
        }
        if (alone) {
            throw new WasiError(WasiError.EXISTS);
        }
        return path.endsWith("/") ? folder(found) : found;
    }

    void createFolder(Folder base, String path) {
        Place place = place(base, path);
        if (place.node() != null) {
            throw new WasiError(WasiError.EXISTS);
        }
        add(place.folder(), place.name(), new Folder(++numbers));
    }

    void removeFolder(Folder base, String path) {
        Place place = place(base, path);
        if (!folder(place.existing()).children().isEmpty()) {
            throw new WasiError(WasiError.NOT_EMPTY);
        }
        remove(place);
    }

    void removeFile(Folder base, String path) {
        Place place = place(base, path);
        if (place.existing() instanceof Folder) {
            throw new WasiError(WasiError.IS_FOLDER);
        }
        if (path.endsWith("/")) {
            throw new WasiError(WasiError.NO_FOLDER);
        }
        remove(place);
    }

    void rename(Place from, Place to) {
        MemoryNode moved = from.existing();
        MemoryNode replaced = to.node();
        if (moved.equals(replaced)) {
            return;
        }
        for (Folder above = to.folder(); above != null; above = above.parent()) {
            if (above.equals(moved)) {
                throw new WasiError(WasiError.INVALID);
            }
        }
        if (replaced != null) {
            replace(moved, replaced, to);
        }
        from.folder().children().remove(from.name());
        hang(to.folder(), to.name(), moved);
    }

    private void replace(MemoryNode moved, MemoryNode replaced, Place at) {
        if (moved instanceof Folder) {
            if (!folder(replaced).children().isEmpty()) {
                throw new WasiError(WasiError.NOT_EMPTY);
            }
        } else if (replaced instanceof Folder) {
            throw new WasiError(WasiError.IS_FOLDER);
        }
        remove(at);
    }

    /** Counts a descriptor that holds it. */
    void opened(MemoryNode node) {
        node.open(1);
    }

    /** Counts a descriptor less; what was removed is gone with its last one. */
    void closed(MemoryNode node) {
        node.open(-1);
        release(node);
    }

    /**
     * Checks that a file may have so many bytes.
     *
     * @throws WasiError if there is no room for them
     */
    void checkRoom(File file, long offset, long length) {
        if (offset > maxBytes || offset + length > maxBytes - (bytes - file.size())) {
            throw new WasiError(WasiError.NO_SPACE);
        }
    }

    void write(File file, long offset, byte[] content) {
        checkRoom(file, offset, content.length);
        bytes += Math.max(0, offset + content.length - file.size());
        file.write((int) offset, content);
    }

    void resize(File file, long length) {
        checkRoom(file, length, 0);
        bytes += length - file.size();
        file.resize((int) length);
    }

    /** {@return the place that a path names, whether something is there or not} */
    Place place(Folder base, String path) {
        List<String> names = names(path);
        String last = names.isEmpty() ? "" : names.getLast();
        if (last.isEmpty() || last.equals("..")) {
            throw new WasiError(WasiError.INVALID);
        }
        Folder folder = folder(walk(base, names.subList(0, names.size() - 1)));
        if (folder.parent() == null && !folder.equals(root)) {
            throw new WasiError(WasiError.NO_ENTRY); // removed, and still open
        }
        return new Place(folder, last);
    }

    private static MemoryNode walk(Folder base, List<String> names) {
        Deque<MemoryNode> stack = new ArrayDeque<>();
        stack.push(base);
        for (String name : names) {
            Folder folder = folder(stack.element());
            if (name.equals("..")) {
                stack.pop();
                if (stack.isEmpty()) {
                    throw new WasiError(WasiError.NOT_CAPABLE);
                }
            } else {
                stack.push(existing(folder.children().get(name)));
            }
        }
        return stack.element();
    }

    /** Splits a path; a path that is no relative one is refused. */
    private static List<String> names(String path) {
        if (path.isEmpty()) {
            throw new WasiError(WasiError.NO_ENTRY);
        }
        if (path.charAt(0) == '/') {
            throw new WasiError(WasiError.NOT_CAPABLE);
        }
        if (path.indexOf('\0') >= 0) {
            throw new WasiError(WasiError.INVALID);
        }
        List<String> names = Arrays.stream(path.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
        if (path.length() > MAX_PATH || names.stream().anyMatch(name -> name.length() > MAX_NAME)) {
            throw new WasiError(WasiError.NAME_TOO_LONG);
        }
        return names;
    }

    private static Folder folder(MemoryNode node) {
        if (node instanceof Folder folder) {
            return folder;
        }
        throw new WasiError(WasiError.NO_FOLDER);
    }

    private static MemoryNode existing(@Nullable MemoryNode node) {
        if (node == null) {
            throw new WasiError(WasiError.NO_ENTRY);
        }
        return node;
    }

    private <T extends MemoryNode> T add(Folder folder, String name, T made) {
        if (files >= maxFiles) {
            throw new WasiError(WasiError.NO_SPACE);
        }
        files++;
        hang(folder, name, made);
        return made;
    }

    private void hang(Folder folder, String name, MemoryNode node) {
        folder.children().put(name, node);
        node.hang(folder, ++serials);
    }

    private void grow(long more) {
        if (more > maxBytes - bytes) {
            throw new WasiError(WasiError.NO_SPACE);
        }
        bytes += more;
    }

    private void remove(Place place) {
        MemoryNode removed = Objects.requireNonNull(place.folder().children().remove(place.name()));
        removed.remove();
        release(removed);
    }

    private void release(MemoryNode node) {
        if (node.parent() == null && !node.equals(root) && node.opened() == 0) {
            files--;
            bytes -= node.size();
        }
    }

    /** A name in a folder. */
    record Place(Folder folder, String name) {
        @Nullable
        MemoryNode node() {
            return folder.children().get(name);
        }

        MemoryNode existing() {
            return MemoryFiles.existing(node());
        }
    }
}
