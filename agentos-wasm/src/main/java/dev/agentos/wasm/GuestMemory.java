package dev.agentos.wasm;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import run.endive.runtime.Memory;

/** The linear memory of a guest, by addresses that the guest gave and nobody trusts. */
final class GuestMemory {
    private final Memory memory;

    GuestMemory(Memory memory) {
        this.memory = memory;
    }

    /** {@return a copy of the bytes} */
    byte[] read(int pointer, long length, int max) {
        if (length > max) {
            throw GuestFault.of("it gives " + length + " bytes where at most " + max + " are taken");
        }
        check(pointer, length);
        return memory.readBytes(pointer, (int) length);
    }

    /** {@return the text in UTF-8} */
    String text(int pointer, long length, int max) {
        byte[] bytes = read(pointer, length, max);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw GuestFault.of("it gives text that is no UTF-8: " + e.getMessage());
        }
    }

    void write(int pointer, byte[] bytes) {
        check(pointer, bytes.length);
        memory.write(pointer, bytes);
    }

    void writeInt(int pointer, int value) {
        check(pointer, Integer.BYTES);
        memory.writeI32(pointer, value);
    }

    void writeLong(int pointer, long value) {
        check(pointer, Long.BYTES);
        memory.writeLong(pointer, value);
    }

    int readInt(int pointer) {
        check(pointer, Integer.BYTES);
        return memory.readInt(pointer);
    }

    /** {@return whether all of it lies within the memory} */
    boolean holds(int pointer, long length) {
        return Integer.toUnsignedLong(pointer) + length <= (long) memory.pages() * WasmLimits.PAGE;
    }

    /**
     * Checks that all of it lies within the memory.
     *
     * @throws GuestFault if it does not
     */
    void check(int pointer, long length) {
        if (!holds(pointer, length)) {
            throw GuestFault.of("it points to " + length + " bytes at " + Integer.toUnsignedLong(pointer)
                    + ", outside its memory of " + (long) memory.pages() * WasmLimits.PAGE);
        }
    }
}
