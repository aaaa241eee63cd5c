package dev.agentos.wasm;

import dev.agentos.wasm.Descriptor.Input;
import dev.agentos.wasm.Descriptor.OpenFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/*
 * Time is a part of the call, as its random bytes are: it stands still while the guest computes and leaps to where it wants to sleep to.
 * So a sleeping guest holds no thread, equal calls see equal times, and who sleeps longer than a call may take is told so at once. Files
 * and streams are always ready. An absolute time of the wall clock is refused: whether it is over would tell the time to a module that
 * has no right to it.
 */
/** Clocks of a command, and what it waits for. */
final class WasiPoll {
    private static final int MAX = 64;
    private static final int SUBSCRIPTION = 48;
    private static final int EVENT = 32;
    private static final int WALL = 0;
    private static final int MONOTONIC = 1;
    private static final int CLOCK = 0;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int ABSOLUTE = 1;
    private static final long SECOND = 1_000_000_000L;

    private WasiPoll() {}

    static void checkClock(int clock) {
        if (clock != WALL && clock != MONOTONIC) {
            throw new WasiError(WasiError.INVALID);
        }
    }

    /** {@return nanoseconds, since 1970 or since the call began} */
    static long now(WasiProcess process, int clock) {
        checkClock(clock);
        var time = process.call().time();
        return process.slept() + (clock == WALL ? time.getEpochSecond() * SECOND + time.getNano() : 0);
    }

    static void poll(WasiProcess process, GuestMemory memory, long... arguments) {
        long count = HostLink.unsigned(arguments[2]);
        if (count == 0 || count > MAX) {
            throw new WasiError(WasiError.INVALID);
        }
        ByteBuffer in = ByteBuffer.wrap(memory.read((int) arguments[0], count * SUBSCRIPTION, MAX * SUBSCRIPTION))
                .order(ByteOrder.LITTLE_ENDIAN);
        List<Subscription> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Subscription.of(process, in, i * SUBSCRIPTION));
        }
        long next = all.stream().mapToLong(Subscription::after).min().orElseThrow();
        process.sleep(next);
        List<byte[]> due = all.stream()
                .filter(wanted -> wanted.after() <= next)
                .map(Subscription::event)
                .toList();
        for (int i = 0; i < due.size(); i++) {
            memory.write((int) arguments[1] + i * EVENT, due.get(i));
        }
        memory.writeInt((int) arguments[3], due.size());
    }

    /**
     * Something that is waited for.
     *
     * @param sign what the guest knows it by
     * @param after how many nanoseconds from now it happens
     * @param ready how many bytes may be read or written then
     */
    private record Subscription(long sign, byte kind, long after, long ready, int error) {
        static Subscription of(WasiProcess process, ByteBuffer in, int at) {
            long sign = in.getLong(at);
            byte kind = in.get(at + 8);
            try {
                return switch (kind) {
                    case CLOCK -> new Subscription(sign, kind, clock(process, in, at + 16), 0, 0);
                    case READ, WRITE ->
                        new Subscription(sign, kind, 0, ready(process, in.getInt(at + 16), kind == READ), 0);
                    default -> throw new WasiError(WasiError.INVALID);
                };
            } catch (WasiError e) {
                return new Subscription(sign, kind, 0, 0, e.number());
            }
        }

        byte[] event() {
            return WasiStructs.struct(EVENT)
                    .putLong(0, sign)
                    .putShort(8, (short) error)
                    .put(10, kind)
                    .putLong(16, ready)
                    .array();
        }

        private static long clock(WasiProcess process, ByteBuffer in, int at) {
            int clock = in.getInt(at);
            long timeout = in.getLong(at + 8);
            long saturated = timeout < 0 ? Long.MAX_VALUE : timeout; // it has no sign
            checkClock(clock);
            if ((in.getShort(at + 24) & ABSOLUTE) == 0) {
                return saturated;
            }
            if (clock == WALL) {
                throw new WasiError(WasiError.NOT_SUPPORTED);
            }
            return Math.max(0, saturated - process.slept());
        }

        /** {@return how many bytes may be read or written at once} */
        private static long ready(WasiProcess process, int descriptor, boolean reads) {
            return switch (process.descriptor(descriptor)) {
                case Input _ when reads -> process.left();
                case OpenFile file when reads -> Math.max(0, file.file().size() - file.position());
                case OpenFile _, Descriptor.Output _, Descriptor.Errors _ when !reads -> 1;
                case Input _, OpenFile _, Descriptor.OpenFolder _, Descriptor.Output _, Descriptor.Errors _ ->
                    throw new WasiError(WasiError.BAD_DESCRIPTOR);
            };
        }
    }
}
