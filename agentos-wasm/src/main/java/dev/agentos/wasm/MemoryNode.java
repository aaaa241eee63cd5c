package dev.agentos.wasm;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A file or folder of {@link MemoryFiles}, which alone changes it. Not thread-safe. */
abstract sealed class MemoryNode {
    private final long number;
    /** Where it hangs; null for the root and for what was removed. */
    private @Nullable Folder parent;
    /** Its place in the list of its folder: a listing that is read in parts misses nothing when others are removed. */
    private long serial;
    /** How many descriptors hold it. */
    private int opened;

    private MemoryNode(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    long serial() {
        return serial;
    }

    @Nullable
    Folder parent() {
        return parent;
    }

    void hang(Folder into, long place) {
        parent = into;
        serial = place;
    }

    void remove() {
        parent = null;
    }

    /** {@return how many descriptors hold it after this} */
    int open(int more) {
        opened += more;
        return opened;
    }

    int opened() {
        return opened;
    }

    abstract int size();

    /** Names and what they stand for. */
    static final class Folder extends MemoryNode {
        private final Map<String, MemoryNode> children = new TreeMap<>();

        Folder(long number) {
            super(number);
        }

        Map<String, MemoryNode> children() {
            return children;
        }

        @Override
        int size() {
            return 0;
        }
    }

    /** Bytes. Those which the builder gave are shared by all calls until one writes. */
    static final class File extends MemoryNode {
        private static final int SMALLEST = 256;

        private byte[] content;
        private int size;
        private boolean shared;

        File(long number, byte[] given) {
            super(number);
            content = given;
            size = given.length;
            shared = true;
        }

        @Override
        int size() {
            return size;
        }

        /** {@return a copy of what is there from an offset on, at most so much} */
        byte[] read(long offset, int max) {
            int from = (int) Math.min(offset, size);
            return Arrays.copyOfRange(content, from, from + Math.min(max, size - from));
        }

        void write(int offset, byte[] bytes) {
            own(offset + bytes.length);
            System.arraycopy(bytes, 0, content, offset, bytes.length);
            size = Math.max(size, offset + bytes.length);
        }

        void resize(int length) {
            if (length < size && 2 * length < content.length) {
                content = Arrays.copyOf(content, length);
                shared = false;
            } else {
                own(length);
                Arrays.fill(content, Math.min(length, size), size, (byte) 0);
            }
            size = length;
        }

        /** {@return how many bytes of heap it takes}: never more than twice its size, or there would be no bound on it. */
        int held() {
            return content.length;
        }

        /** Gets an array of its own, with room for so many bytes; beyond the size it is all zeros. */
        private void own(int length) {
            if (length > content.length) {
                content = Arrays.copyOf(content, Math.max(SMALLEST, 2 * length));
                shared = false;
            } else if (shared) {
                content = content.clone();
                shared = false;
            }
        }
    }
}
