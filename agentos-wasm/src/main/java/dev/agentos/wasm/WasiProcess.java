package dev.agentos.wasm;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.wasm.Descriptor.Errors;
import dev.agentos.wasm.Descriptor.Input;
import dev.agentos.wasm.Descriptor.OpenFile;
import dev.agentos.wasm.Descriptor.OpenFolder;
import dev.agentos.wasm.Descriptor.Output;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** One call of a command: its descriptors and files, what it was given, what it has written. Used by its thread alone. */
final class WasiProcess {
    static final int MAX_OPEN = 64;
    private static final int FIRST_FREE = 3;

    private final GuestCall call;
    private final Wasi wasi;
    private final MemoryFiles files;
    private final byte[] input;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final GuestErrors errors;
    private final Map<Integer, Descriptor> open = new TreeMap<>();
    private int taken;
    private long slept;

    WasiProcess(GuestCall call, Wasi wasi, byte[] input) {
        this.call = call;
        this.wasi = wasi;
        this.files = wasi.open();
        this.input = input;
        this.errors = new GuestErrors(call.log(), wasi.logs());
        open.put(0, new Input());
        open.put(1, new Output());
        open.put(2, new Errors());
        open.put(FIRST_FREE, new OpenFolder(files.root(), true));
        files.opened(files.root());
    }

    GuestCall call() {
        return call;
    }

    Wasi wasi() {
        return wasi;
    }

    MemoryFiles files() {
        return files;
    }

    GuestErrors errors() {
        return errors;
    }

    byte[] output() {
        return output.toByteArray();
    }

    /** Takes what a function cost, in instructions. */
    void charge(long instructions) {
        call.meter().spend(instructions);
    }

    /** {@return nanoseconds since the start: time passes only while the command sleeps} */
    long slept() {
        return slept;
    }

    /**
     * Lets time pass, and no other time than its own: nothing waits.
     *
     * @param nanos not negative
     * @throws GuestFault if it sleeps longer than a call may take
     */
    void sleep(long nanos) {
        long limit = call.limits().time().toNanos();
        if (nanos > limit - slept) {
            throw new GuestFault(
                    ErrorCode.TOOL_TIMEOUT,
                    "it would sleep longer than " + call.limits().time());
        }
        slept += nanos;
    }

    Descriptor descriptor(int number) {
        Descriptor found = open.get(number);
        if (found == null) {
            throw new WasiError(WasiError.BAD_DESCRIPTOR);
        }
        return found;
    }

    OpenFile file(int number) {
        return switch (descriptor(number)) {
            case OpenFile file -> file;
            case OpenFolder _ -> throw new WasiError(WasiError.BAD_DESCRIPTOR);
            case Input _, Output _, Errors _ -> throw new WasiError(WasiError.NOT_SEEKABLE);
        };
    }

    OpenFile writable(int number) {
        OpenFile file = file(number);
        if (!file.writes()) {
            throw new WasiError(WasiError.BAD_DESCRIPTOR);
        }
        return file;
    }

    OpenFile readable(int number) {
        OpenFile file = file(number);
        if (!file.reads()) {
            throw new WasiError(WasiError.BAD_DESCRIPTOR);
        }
        return file;
    }

    OpenFolder folder(int number) {
        if (descriptor(number) instanceof OpenFolder folder) {
            return folder;
        }
        throw new WasiError(WasiError.NO_FOLDER);
    }

    /**
     * Checks that one descriptor more may be open, before anything is made for it.
     *
     * @throws WasiError if there are too many
     */
    void checkFree() {
        if (open.size() >= MAX_OPEN) {
            throw new WasiError(WasiError.TOO_MANY_OPEN);
        }
    }

    /** {@return the lowest number that was free} */
    int add(Descriptor descriptor) {
        checkFree();
        int number = FIRST_FREE;
        while (open.containsKey(number)) {
            number++;
        }
        open.put(number, descriptor);
        files.opened(node(descriptor));
        return number;
    }

    void close(int number) {
        Descriptor closed = descriptor(number);
        open.remove(number);
        if (closed instanceof OpenFile || closed instanceof OpenFolder) {
            files.closed(node(closed));
        }
    }

    /** Gives a descriptor the number of another, which is closed. */
    void renumber(int from, int to) {
        Descriptor moved = descriptor(from);
        descriptor(to);
        if (from != to) {
            close(to);
            open.remove(from);
            open.put(to, moved);
        }
    }

    private static MemoryNode node(Descriptor descriptor) {
        return switch (descriptor) {
            case OpenFile file -> file.file();
            case OpenFolder folder -> folder.folder();
            case Input _, Output _, Errors _ -> throw new WasiError(WasiError.BAD_DESCRIPTOR);
        };
    }

    /** {@return how many bytes of the input are left} */
    int left() {
        return input.length - taken;
    }

    int read(int number, IoVectors places) {
        byte[] bytes = switch (descriptor(number)) {
            case Input _ -> {
                int from = taken;
                charge(Math.min(left(), places.total()));
                taken += Math.min(left(), places.total());
                yield Arrays.copyOfRange(input, from, taken);
            }
            case OpenFile _ -> {
                OpenFile file = readable(number);
                byte[] read = read(file, file.position(), places);
                file.position(file.position() + read.length);
                yield read;
            }
            case OpenFolder _ -> throw new WasiError(WasiError.IS_FOLDER);
            case Output _, Errors _ -> throw new WasiError(WasiError.BAD_DESCRIPTOR);
        };
        places.scatter(bytes);
        return bytes.length;
    }

    byte[] read(OpenFile file, long at, IoVectors places) {
        charge(Math.min(file.file().size(), places.total()));
        return file.file().read(at, places.total());
    }

    int write(int number, IoVectors places) {
        charge(places.total());
        switch (descriptor(number)) {
            case Output _ -> print(places);
            case Errors _ -> complain(places);
            case OpenFile _ -> {
                OpenFile file = writable(number);
                long at = file.appends() ? file.file().size() : file.position();
                write(file, at, places);
                file.position(at + places.total());
            }
            case OpenFolder _, Input _ -> throw new WasiError(WasiError.BAD_DESCRIPTOR);
        }
        return places.total();
    }

    void write(OpenFile file, long at, IoVectors places) {
        files.checkRoom(file.file(), at, places.total());
        if (places.total() > 0) {
            files.write(file.file(), at, places.gather());
        }
    }

    private void print(IoVectors places) {
        int max = call.limits().outputBytes();
        if (places.total() > max - output.size()) {
            throw GuestFault.of("it writes more than " + max + " bytes to its standard output");
        }
        output.writeBytes(places.gather());
    }

    /** Of what is more than anybody keeps, the end of each place is enough. */
    private void complain(IoVectors places) {
        for (int i = 0; i < places.count(); i++) {
            errors.write(places.endOf(i, GuestErrors.MAX_TAIL));
        }
    }

    /** The command has said that it is done, in the middle of whatever it did. */
    static final class Exited extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int code;

        Exited(int code) {
            super("exit " + code, null, false, false);
            this.code = code;
        }

        int code() {
            return code;
        }
    }
}
