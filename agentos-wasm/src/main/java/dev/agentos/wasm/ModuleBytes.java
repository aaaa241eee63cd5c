package dev.agentos.wasm;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reader of the binary format that never believes a length before it has seen that many bytes. Not thread-safe. */
final class ModuleBytes {
    private static final int U32_BYTES = 5;
    private static final int MAX_NAME = 1_000;

    private final byte[] bytes;
    private final int end;
    private int at;

    ModuleBytes(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ModuleBytes(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    int remaining() {
        return end - at;
    }

    int u8() {
        if (at >= end) {
            throw new ModuleFault("ends in the middle of something, at byte " + at);
        }
        return bytes[at++] & 0xff;
    }

    /** Reads an unsigned number of 32 bits. */
    long u32() {
        long value = 0;
        for (int i = 0; i < U32_BYTES; i++) {
            int b = u8();
            value |= (long) (b & 0x7f) << (7 * i);
            if (b < 0x80) {
                return checkU32(value);
            }
        }
        throw new ModuleFault("a number of more than 32 bits before byte " + at);
    }

    private long checkU32(long value) {
        if (value > 0xffff_ffffL) {
            throw new ModuleFault("a number of more than 32 bits before byte " + at);
        }
        return value;
    }

    /** Reads how many things follow; each takes a byte at least. */
    int count(String what, int max) {
        long count = u32();
        if (count > remaining()) {
            throw new ModuleFault(count + " " + what + " are announced where " + remaining() + " bytes follow");
        }
        return (int) ModuleFacts.atMost(what, count, max);
    }

    /** Passes over a number of any sign, whose value nobody needs here. */
    void skipNumber(int maxBytes) {
        for (int i = 0; i < maxBytes; i++) {
            if (u8() < 0x80) {
                return;
            }
        }
        throw new ModuleFault("a number of too many bytes before byte " + at);
    }

    void skip(long count) {
        if (count > remaining()) {
            throw new ModuleFault(count + " bytes are announced where " + remaining() + " follow");
        }
        at += (int) count;
    }

    /** Splits off the bytes that follow, and passes over them. */
    ModuleBytes part(long length) {
        int from = at;
        skip(length);
        return new ModuleBytes(bytes, from, at);
    }

    void expectEnd(String what) {
        if (hasMore()) {
            throw new ModuleFault(what + " is followed by " + remaining() + " bytes of something else");
        }
    }

    String name() {
        int length = count("bytes of a name", MAX_NAME);
        int from = at;
        skip(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModuleFault("a name before byte " + at + " is no UTF-8: " + e.getMessage());
        }
    }
}
