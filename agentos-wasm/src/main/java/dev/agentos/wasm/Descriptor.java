package dev.agentos.wasm;

import dev.agentos.wasm.MemoryNode.File;
import dev.agentos.wasm.MemoryNode.Folder;

/** What a number stands for that a command reads from, writes to or looks into. */
sealed interface Descriptor {
    /** The arguments of the call. */
    record Input() implements Descriptor {}

    /** Its result. */
    record Output() implements Descriptor {}

    /** What it says beside its result. */
    record Errors() implements Descriptor {}

    /** A folder that paths are relative to. */
    record OpenFolder(Folder folder, boolean given) implements Descriptor {}

    /** A file, and where in it the next byte is read or written. Not thread-safe. */
    final class OpenFile implements Descriptor {
        private final File file;
        private final boolean reads;
        private final boolean writes;
        private boolean appends;
        private long position;

        OpenFile(File file, boolean reads, boolean writes, boolean appends) {
            this.file = file;
            this.reads = reads;
            this.writes = writes;
            this.appends = appends;
        }

        File file() {
            return file;
        }

        boolean reads() {
            return reads;
        }

        boolean writes() {
            return writes;
        }

        boolean appends() {
            return appends;
        }

        void append(boolean whether) {
            appends = whether;
        }

        long position() {
            return position;
        }

        void position(long to) {
            position = to;
        }
    }
}
