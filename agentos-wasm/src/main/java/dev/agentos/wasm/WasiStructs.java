package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.agentos.wasm.Descriptor.Errors;
import dev.agentos.wasm.Descriptor.Input;
import dev.agentos.wasm.Descriptor.OpenFile;
import dev.agentos.wasm.Descriptor.OpenFolder;
import dev.agentos.wasm.Descriptor.Output;
import dev.agentos.wasm.MemoryNode.Folder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What is told of files and descriptors, in the form of WASI preview 1. */
final class WasiStructs {
    static final int APPEND = 1;
    static final int RIGHT_READ = 1 << 1;
    static final int RIGHT_WRITE = 1 << 6;

    /** All but those of sockets. */
    private static final long ALL_RIGHTS = 0x0fff_ffffL;

    private static final byte FOLDER = 3;
    private static final byte FILE = 4;

    private WasiStructs() {}

    /** {@return an entry of a folder} */
    static byte[] entry(String name, MemoryNode node) {
        byte[] bytes = name.getBytes(UTF_8);
        return struct(24 + bytes.length)
                .putLong(0, node.serial())
                .putLong(8, node.number())
                .putInt(16, bytes.length)
                .put(20, typeOf(node))
                .put(24, bytes)
                .array();
    }

    /** {@return what a descriptor is and may be used for} */
    static byte[] state(Descriptor descriptor) {
        return switch (descriptor) {
            case OpenFolder _ ->
                state(FOLDER, 0, ALL_RIGHTS).putLong(16, ALL_RIGHTS).array();
            case OpenFile file -> {
                long mode = (file.reads() ? RIGHT_READ : 0) | (file.writes() ? RIGHT_WRITE : 0);
                long rights = ALL_RIGHTS & ~(RIGHT_READ | RIGHT_WRITE) | mode;
                yield state(FILE, file.appends() ? APPEND : 0, rights).array();
            }
            case Input _ -> state(0, 0, RIGHT_READ).array();
            case Output _, Errors _ -> state(0, 0, RIGHT_WRITE).array();
        };
    }

    private static ByteBuffer state(int type, int flags, long rights) {
        return struct(24).put(0, (byte) type).putShort(2, (short) flags).putLong(8, rights);
    }

    /** {@return what a descriptor stands for} */
    static byte[] facts(Descriptor descriptor) {
        return switch (descriptor) {
            case OpenFolder folder -> facts(folder.folder());
            case OpenFile file -> facts(file.file());
            case Input _, Output _, Errors _ -> struct(64).putLong(24, 1).array();
        };
    }

    /** Times are all zero: a file that told them would be a clock. */
    static byte[] facts(MemoryNode node) {
        return struct(64)
                .putLong(8, node.number())
                .put(16, typeOf(node))
                .putLong(24, 1)
                .putLong(32, node.size())
                .array();
    }

    private static byte typeOf(MemoryNode node) {
        return node instanceof Folder ? FOLDER : FILE;
    }

    static ByteBuffer struct(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
