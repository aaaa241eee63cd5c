package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;

import dev.agentos.wasm.Descriptor.OpenFile;
import dev.agentos.wasm.Descriptor.OpenFolder;
import dev.agentos.wasm.MemoryNode.File;
import dev.agentos.wasm.MemoryNode.Folder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/*
 * The library of the engine (run.endive:wasi) does the same with java.nio.file, over whatever file system it is given. It was not taken:
 * it would need one in memory (Jimfs, and Guava with it, 3 MB), which bounds bytes but not files; it reserves as many bytes as a guest
 * says before it looks whether they are there, opens descriptors without number, sleeps on the guest's thread in poll_oneoff, and a guest
 * pays no instructions for any of it.
 */
/** The functions of WASI preview 1, but for sockets and signals, of which a module that imports them is told at once. */
final class WasiFunctions {
    static final String MODULE = "wasi_snapshot_preview1";

    /** Of a call of one, in instructions. */
    private static final int COST = 1_000;

    private static final int CREATE = 1;
    private static final int FOLDER = 2;
    private static final int EXCLUSIVE = 4;
    private static final int TRUNCATE = 8;
    private static final int RANDOM_CHUNK = 1 << 16;

    private static final Map<String, Offer> OFFERED = Map.ofEntries(
            entry(
                    "args_get",
                    of("ii", (p, m, a) -> texts(m, p.wasi().arguments(p.call().tool()), at(a[0]), at(a[1])))),
            entry(
                    "args_sizes_get",
                    of("ii", (p, m, a) -> sizes(m, p.wasi().arguments(p.call().tool()), a))),
            entry("environ_get", of("ii", (p, m, a) -> texts(m, p.wasi().environment(), at(a[0]), at(a[1])))),
            entry("environ_sizes_get", of("ii", (p, m, a) -> sizes(m, p.wasi().environment(), a))),
            entry("clock_res_get", of("ii", (_, m, a) -> {
                WasiPoll.checkClock(at(a[0]));
                m.writeLong(at(a[1]), 1);
            })),
            entry("clock_time_get", of("ili", (p, m, a) -> m.writeLong(at(a[2]), WasiPoll.now(p, at(a[0]))))),
            entry("random_get", of("ii", WasiFunctions::random)),
            entry("poll_oneoff", of("iiii", WasiPoll::poll)),
            entry("sched_yield", of("", (_, _, _) -> {})),
            entry("proc_exit", new Offer(type("i", List.of()), (_, _, a) -> {
                throw new WasiProcess.Exited(at(a[0]));
            })),
            entry("fd_advise", of("illi", (p, _, a) -> p.file(at(a[0])))),
            entry("fd_allocate", of("ill", (_, _, _) -> unsupported())),
            entry("fd_close", of("i", (p, _, a) -> p.close(at(a[0])))),
            entry("fd_datasync", of("i", (p, _, a) -> p.descriptor(at(a[0])))),
            entry("fd_sync", of("i", (p, _, a) -> p.descriptor(at(a[0])))),
            entry("fd_fdstat_get", of("ii", (p, m, a) -> m.write(at(a[1]), WasiStructs.state(p.descriptor(at(a[0])))))),
            entry("fd_fdstat_set_flags", of("ii", WasiFunctions::setFlags)),
            entry("fd_fdstat_set_rights", of("ill", (_, _, _) -> unsupported())),
            entry(
                    "fd_filestat_get",
                    of("ii", (p, m, a) -> m.write(at(a[1]), WasiStructs.facts(p.descriptor(at(a[0])))))),
            entry("fd_filestat_set_size", of("il", WasiFunctions::resize)),
            entry("fd_filestat_set_times", of("illi", (_, _, _) -> unsupported())),
            entry("fd_pread", of("iiili", WasiFunctions::readAt)),
            entry("fd_pwrite", of("iiili", WasiFunctions::writeAt)),
            entry("fd_prestat_get", of("ii", (p, m, a) -> {
                given(p, at(a[0]));
                m.writeLong(at(a[1]), 1L << Integer.SIZE); // a folder with a name of one byte
            })),
            entry("fd_prestat_dir_name", of("iii", (p, m, a) -> {
                given(p, at(a[0]));
                if (HostLink.unsigned(a[2]) < 1) {
                    throw new WasiError(WasiError.NAME_TOO_LONG);
                }
                m.write(at(a[1]), new byte[] {'/'});
            })),
            entry("fd_read", of("iiii", (p, m, a) -> m.writeInt(at(a[3]), p.read(at(a[0]), places(m, a))))),
            entry("fd_write", of("iiii", (p, m, a) -> m.writeInt(at(a[3]), p.write(at(a[0]), places(m, a))))),
            entry("fd_readdir", of("iiili", WasiFunctions::list)),
            entry("fd_renumber", of("ii", (p, _, a) -> p.renumber(at(a[0]), at(a[1])))),
            entry("fd_seek", of("ilii", WasiFunctions::seek)),
            entry(
                    "fd_tell",
                    of("ii", (p, m, a) -> m.writeLong(at(a[1]), p.file(at(a[0])).position()))),
            entry(
                    "path_create_directory",
                    of("iii", (p, m, a) -> p.files().createFolder(folder(p, a[0]), path(m, a[1], a[2])))),
            entry(
                    "path_remove_directory",
                    of("iii", (p, m, a) -> p.files().removeFolder(folder(p, a[0]), path(m, a[1], a[2])))),
            entry(
                    "path_unlink_file",
                    of("iii", (p, m, a) -> p.files().removeFile(folder(p, a[0]), path(m, a[1], a[2])))),
            entry(
                    "path_filestat_get",
                    of(
                            "iiiii",
                            (p, m, a) -> m.write(
                                    at(a[4]),
                                    WasiStructs.facts(p.files().find(folder(p, a[0]), path(m, a[2], a[3])))))),
            entry("path_filestat_set_times", of("iiiilli", (_, _, _) -> unsupported())),
            entry("path_link", of("iiiiiii", (_, _, _) -> unsupported())),
            entry("path_symlink", of("iiiii", (_, _, _) -> unsupported())),
            entry("path_readlink", of("iiiiii", (p, m, a) -> {
                p.files().find(folder(p, a[0]), path(m, a[1], a[2]));
                throw new WasiError(WasiError.INVALID); // it is there, and no link
            })),
            entry(
                    "path_rename",
                    of(
                            "iiiiii",
                            (p, m, a) -> p.files()
                                    .rename(
                                            p.files().place(folder(p, a[0]), path(m, a[1], a[2])),
                                            p.files().place(folder(p, a[3]), path(m, a[4], a[5]))))),
            entry("path_open", of("iiiiillii", WasiFunctions::open)));

    private WasiFunctions() {}

    /** {@return the names of all of them} */
    static Set<String> names() {
        return OFFERED.keySet();
    }

    /** {@return the type of one that is offered} */
    static FunctionType typeOf(String name) {
        return offer(name).type();
    }

    /**
     * Calls one.
     *
     * @return what the guest gets: an error number, 0 for none
     */
    static long[] call(String name, WasiProcess process, GuestMemory memory, long... arguments) {
        process.charge(COST);
        try {
            offer(name).body().perform(process, memory, arguments);
            return new long[] {0};
        } catch (WasiError e) {
            return new long[] {e.number()};
        }
    }

    private static Offer offer(String name) {
        return Objects.requireNonNull(OFFERED.get(name), name);
    }

    private static Offer of(String parameters, Body body) {
        return new Offer(type(parameters, List.of(ValType.I32)), body);
    }

    private static FunctionType type(String parameters, List<ValType> results) {
        return Signature.of(
                parameters
                        .chars()
                        .mapToObj(c -> c == 'l' ? ValType.I64 : ValType.I32)
                        .toList(),
                results);
    }

    /** {@return an argument of 32 bits}: an address, a descriptor, flags. */
    private static int at(long argument) {
        return (int) argument;
    }

    private static IoVectors places(GuestMemory memory, long... arguments) {
        return IoVectors.of(memory, at(arguments[1]), HostLink.unsigned(arguments[2]));
    }

    private static String path(GuestMemory memory, long pointer, long length) {
        if (HostLink.unsigned(length) > MemoryFiles.MAX_PATH) {
            throw new WasiError(WasiError.NAME_TOO_LONG);
        }
        return memory.text(at(pointer), HostLink.unsigned(length), MemoryFiles.MAX_PATH);
    }

    private static Folder folder(WasiProcess process, long descriptor) {
        return process.folder(at(descriptor)).folder();
    }

    private static void given(WasiProcess process, int descriptor) {
        if (!(process.descriptor(descriptor) instanceof OpenFolder folder) || !folder.given()) {
            throw new WasiError(WasiError.BAD_DESCRIPTOR);
        }
    }

    private static void unsupported() {
        throw new WasiError(WasiError.NOT_SUPPORTED);
    }

    private static void sizes(GuestMemory memory, List<String> texts, long... arguments) {
        memory.writeInt(at(arguments[0]), texts.size());
        memory.writeInt(
                at(arguments[1]),
                texts.stream().mapToInt(text -> text.getBytes(UTF_8).length + 1).sum());
    }

    private static void texts(GuestMemory memory, List<String> texts, int list, int content) {
        int pointer = content;
        for (int i = 0; i < texts.size(); i++) {
            byte[] bytes = (texts.get(i) + "\0").getBytes(UTF_8);
            memory.writeInt(list + i * Integer.BYTES, pointer);
            memory.write(pointer, bytes);
            pointer += bytes.length;
        }
    }

    private static void random(WasiProcess process, GuestMemory memory, long... arguments) {
        long length = HostLink.unsigned(arguments[1]);
        memory.check(at(arguments[0]), length);
        for (long done = 0; done < length; done += RANDOM_CHUNK) {
            int part = (int) Math.min(RANDOM_CHUNK, length - done);
            process.charge(part);
            memory.write((int) (arguments[0] + done), process.call().random().next(part));
        }
    }

    private static void setFlags(WasiProcess process, GuestMemory memory, long... arguments) {
        if (process.descriptor(at(arguments[0])) instanceof OpenFile file) {
            file.append((arguments[1] & WasiStructs.APPEND) != 0);
        }
    }

    private static void resize(WasiProcess process, GuestMemory memory, long... arguments) {
        OpenFile file = process.writable(at(arguments[0]));
        if (arguments[1] < 0) {
            throw new WasiError(WasiError.INVALID);
        }
        process.files().checkRoom(file.file(), arguments[1], 0);
        process.charge(Math.abs(arguments[1] - file.file().size()));
        process.files().resize(file.file(), arguments[1]);
    }

    private static void readAt(WasiProcess process, GuestMemory memory, long... arguments) {
        OpenFile file = process.readable(at(arguments[0]));
        IoVectors places = places(memory, arguments);
        byte[] bytes = process.read(file, offset(arguments[3]), places);
        places.scatter(bytes);
        memory.writeInt(at(arguments[4]), bytes.length);
    }

    private static void writeAt(WasiProcess process, GuestMemory memory, long... arguments) {
        OpenFile file = process.writable(at(arguments[0]));
        IoVectors places = places(memory, arguments);
        process.charge(places.total());
        process.write(file, offset(arguments[3]), places);
        memory.writeInt(at(arguments[4]), places.total());
    }

    private static long offset(long given) {
        if (given < 0) {
            throw new WasiError(WasiError.INVALID);
        }
        return given;
    }

    private static void seek(WasiProcess process, GuestMemory memory, long... arguments) {
        OpenFile file = process.file(at(arguments[0]));
        long from = switch (at(arguments[2])) {
            case 0 -> 0;
            case 1 -> file.position();
            case 2 -> file.file().size();
            default -> throw new WasiError(WasiError.INVALID);
        };
        // Neither is far from zero but the one of the guest: a sum that does not fit is negative.
        long position = from + arguments[1];
        file.position(offset(position));
        memory.writeLong(at(arguments[3]), position);
    }

    private static void open(WasiProcess process, GuestMemory memory, long... arguments) {
        Folder base = folder(process, arguments[0]);
        String path = path(memory, arguments[2], arguments[3]);
        int how = at(arguments[4]);
        boolean writes = (arguments[5] & WasiStructs.RIGHT_WRITE) != 0;
        process.checkFree();
        MemoryNode found = (how & CREATE) != 0 && (how & FOLDER) == 0
                ? process.files().findOrCreate(base, path, (how & EXCLUSIVE) != 0)
                : process.files().find(base, path);
        int number = switch (found) {
            case Folder folder when !writes && (how & TRUNCATE) == 0 -> process.add(new OpenFolder(folder, false));
            case Folder _ -> throw new WasiError(WasiError.IS_FOLDER);
            case File _ when (how & FOLDER) != 0 -> throw new WasiError(WasiError.NO_FOLDER);
            case File file -> {
                if ((how & TRUNCATE) != 0) {
                    process.files().resize(file, 0);
                }
                boolean reads = (arguments[5] & WasiStructs.RIGHT_READ) != 0;
                yield process.add(new OpenFile(file, reads, writes, (arguments[7] & WasiStructs.APPEND) != 0));
            }
        };
        memory.writeInt(at(arguments[8]), number);
    }

    /** Writes entries of a folder until the room is used up; the last may be cut off, which says that there are more. */
    private static void list(WasiProcess process, GuestMemory memory, long... arguments) {
        Folder folder = folder(process, arguments[0]);
        long room = HostLink.unsigned(arguments[2]);
        memory.check(at(arguments[1]), room);
        process.charge(folder.children().size());
        List<Map.Entry<String, MemoryNode>> rest = folder.children().entrySet().stream()
                .filter(child -> child.getValue().serial() > arguments[3])
                .sorted(Comparator.comparingLong(child -> child.getValue().serial()))
                .toList();
        int used = 0;
        for (int i = 0; i < rest.size() && used < room; i++) {
            byte[] entry = WasiStructs.entry(rest.get(i).getKey(), rest.get(i).getValue());
            byte[] part = Arrays.copyOf(entry, (int) Math.min(entry.length, room - used));
            process.charge(part.length);
            memory.write(at(arguments[1]) + used, part);
            used += part.length;
        }
        memory.writeInt(at(arguments[4]), used);
    }

    /** What a function does; throws a {@link WasiError} where it cannot. */
    @FunctionalInterface
    private interface Body {
        void perform(WasiProcess process, GuestMemory memory, long... arguments);
    }

    private record Offer(FunctionType type, Body body) {}
}
