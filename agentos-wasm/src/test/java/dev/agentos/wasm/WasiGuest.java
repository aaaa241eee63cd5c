package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.tool.ToolContext;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import run.endive.runtime.ByteArrayMemory;
import run.endive.wasm.types.MemoryLimits;

/** Calls functions of WASI as a command would, from a memory of one page. */
final class WasiGuest {
    static final int ROOT = 3;
    static final int CREATE = 1;
    static final int FOLDER = 2;
    static final int EXCLUSIVE = 4;
    static final int TRUNCATE = 8;
    static final int READ = 2;
    static final int WRITE = 64;
    static final int PAGE = 1 << 16;

    private static final int TEXT = 1_000;
    private static final int OTHER_TEXT = 6_000;
    private static final int DATA = 12_000;
    private static final int RESULT = 64;

    final GuestMemory memory = new GuestMemory(new ByteArrayMemory(new MemoryLimits(1, 1)));
    final WasiProcess process;

    WasiGuest() {
        this(Wasi.EMPTY, WasmLimits.DEFAULT, "");
    }

    WasiGuest(Wasi wasi, WasmLimits limits, String input) {
        var context = (ToolContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ToolContext.class}, (_, called, _) -> {
                    throw new AssertionError("a command asks its context for " + called);
                });
        var call = new GuestCall(
                "guest",
                context,
                limits,
                new Meter(limits),
                Instant.parse("2026-01-02T03:04:05.678Z"),
                SeededBytes.of("guest", "key"),
                new GuestLog("guest", PrincipalId.user("ada")));
        process = new WasiProcess(call, wasi, input.getBytes(UTF_8));
    }

    /** {@return the error, 0 for none} */
    long call(String function, long... arguments) {
        return WasiFunctions.call(function, process, memory, arguments)[0];
    }

    /** Calls one that takes a path behind a descriptor. */
    long onPath(String function, String path) {
        return call(function, ROOT, TEXT, text(TEXT, path));
    }

    long rename(String from, String to) {
        return call("path_rename", ROOT, TEXT, text(TEXT, from), ROOT, OTHER_TEXT, text(OTHER_TEXT, to));
    }

    long openError(String path, int how, long rights) {
        return openError(ROOT, path, how, rights);
    }

    long openError(int base, String path, int how, long rights) {
        return call("path_open", base, 0, TEXT, text(TEXT, path), how, rights, 0, 0, RESULT);
    }

    /** {@return the descriptor} */
    int open(String path, int how, long rights) {
        expectNone(openError(path, how, rights));
        return memory.readInt(RESULT);
    }

    long writeError(int descriptor, byte[] bytes) {
        return call("fd_write", descriptor, 0, places(bytes), RESULT);
    }

    void write(int descriptor, String text) {
        expectNone(writeError(descriptor, text.getBytes(UTF_8)));
    }

    byte[] read(int descriptor, int max) {
        expectNone(call("fd_read", descriptor, 0, places(new byte[max]), RESULT));
        return memory.read(DATA, memory.readInt(RESULT), max);
    }

    String text(int descriptor) {
        return new String(read(descriptor, 1_000), UTF_8);
    }

    byte[] readAt(int descriptor, int max, long offset) {
        expectNone(call("fd_pread", descriptor, 0, places(new byte[max]), offset, RESULT));
        return memory.read(DATA, memory.readInt(RESULT), max);
    }

    long writeAtError(int descriptor, byte[] bytes, long offset) {
        return call("fd_pwrite", descriptor, 0, places(bytes), offset, RESULT);
    }

    long seek(int descriptor, long offset, int whence) {
        expectNone(call("fd_seek", descriptor, offset, whence, RESULT));
        return struct(RESULT, 8).getLong();
    }

    /** {@return what a function wrote for the guest} */
    ByteBuffer struct(int at, int bytes) {
        return ByteBuffer.wrap(memory.read(at, bytes, PAGE)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Puts numbers of 64 bits into the memory. */
    void put(int at, long... numbers) {
        for (int i = 0; i < numbers.length; i++) {
            memory.writeLong(at + 8 * i, numbers[i]);
        }
    }

    /** Puts bytes into memory, in two places one after the other; returns how many places. */
    private int places(byte[] bytes) {
        int half = bytes.length / 2;
        memory.write(DATA, bytes);
        put(0, (long) half << 32 | DATA, (long) (bytes.length - half) << 32 | DATA + half);
        return 2;
    }

    int text(int at, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        memory.write(at, bytes);
        return bytes.length;
    }

    /** {@return the sizes of all that can be reached from the root, it not included} */
    List<Integer> sizes() {
        return sizes(process.files().root()).toList();
    }

    private static Stream<Integer> sizes(MemoryNode.Folder folder) {
        return folder.children().values().stream()
                .flatMap(child -> child instanceof MemoryNode.Folder inner
                        ? Stream.concat(Stream.of(0), sizes(inner))
                        : Stream.of(child.size()));
    }

    private static void expectNone(long error) {
        if (error != 0) {
            throw new AssertionError("error " + error);
        }
    }
}
