package dev.agentos.wasm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Places in the memory of a guest that are written or filled one after the other; all of them are within it. */
final class IoVectors {
    /** As many as Linux takes. */
    static final int MAX = 1_024;

    private static final int BYTES = 8;

    private final GuestMemory memory;
    private final int[] pointers;
    private final int[] lengths;
    private final int total;

    private IoVectors(GuestMemory memory, int[] pointers, int[] lengths, int total) {
        this.memory = memory;
        this.pointers = pointers;
        this.lengths = lengths;
        this.total = total;
    }

    /**
     * Reads a list of places.
     *
     * @throws WasiError if they are too many, or hold 2 GiB and more
     * @throws GuestFault if one is outside of the memory
     */
    static IoVectors of(GuestMemory memory, int list, long count) {
        if (count > MAX) {
            throw new WasiError(WasiError.INVALID);
        }
        ByteBuffer entries =
                ByteBuffer.wrap(memory.read(list, count * BYTES, MAX * BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        int[] pointers = new int[(int) count];
        int[] lengths = new int[(int) count];
        long total = 0;
        for (int i = 0; i < count; i++) {
            pointers[i] = entries.getInt();
            long length = Integer.toUnsignedLong(entries.getInt());
            memory.check(pointers[i], length);
            lengths[i] = (int) length;
            total += length;
        }
        if (total > Integer.MAX_VALUE - BYTES) {
            throw new WasiError(WasiError.INVALID);
        }
        return new IoVectors(memory, pointers, lengths, (int) total);
    }

    /** {@return how many bytes there are in all} */
    int total() {
        return total;
    }

    int count() {
        return pointers.length;
    }

    /** {@return a copy of all bytes}: who asks has seen to it that they are not too many. */
    byte[] gather() {
        ByteBuffer all = ByteBuffer.allocate(total);
        for (int i = 0; i < pointers.length; i++) {
            all.put(memory.read(pointers[i], lengths[i], total));
        }
        return all.array();
    }

    /** {@return a copy of the last bytes of one place, at most so many} */
    byte[] endOf(int place, int max) {
        int length = Math.min(lengths[place], max);
        return memory.read(pointers[place] + lengths[place] - length, length, max);
    }

    /** Writes bytes, as far as they reach. */
    void scatter(byte[] bytes) {
        int from = 0;
        for (int i = 0; i < pointers.length && from < bytes.length; i++) {
            int to = Math.min(bytes.length, from + lengths[i]);
            memory.write(pointers[i], Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
    }
}
