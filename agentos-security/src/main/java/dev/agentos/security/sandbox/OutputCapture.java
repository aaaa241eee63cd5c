package dev.agentos.security.sandbox;

import dev.agentos.api.spi.SandboxResult.CapturedOutput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keeps the beginning and the end of an output in bounded memory. Thread-safe. */
public final class OutputCapture {
    private static final int FIRST_SIZE = 1_024;

    // Both guarded by this; they grow with what is written, up to their limits. The tail is a ring once it is full.
    private byte[] head = new byte[0];
    private byte[] tail = new byte[0];
    private final int headLimit;
    private final int tailLimit;
    private long total; // guarded by this

    public OutputCapture(int limit) {
        this.headLimit = limit - limit / 2;
        this.tailLimit = limit / 2;
    }

    public synchronized void add(byte[] bytes, int length) {
        int toHead = Math.clamp(headLimit - total, 0, length);
        if (toHead > 0) {
            head = grown(head, (int) total + toHead, headLimit);
            System.arraycopy(bytes, 0, head, (int) total, toHead);
        }
        total += toHead;
        addToTail(bytes, toHead, length - toHead);
    }

    private void addToTail(byte[] bytes, int offset, int length) {
        // Of more than the ring holds, only the end would stay.
        int skipped = Math.max(0, length - tailLimit);
        total += skipped;
        int from = offset + skipped;
        int left = length - skipped;
        while (left > 0) {
            int at = (int) ((total - headLimit) % tailLimit);
            int part = Math.min(left, tailLimit - at);
            tail = grown(tail, at + part, tailLimit);
            System.arraycopy(bytes, from, tail, at, part);
            total += part;
            from += part;
            left -= part;
        }
    }

    private static byte[] grown(byte[] array, int needed, int limit) {
        if (needed <= array.length) {
            return array;
        }
        long doubled = Math.max(FIRST_SIZE, 2L * array.length);
        return Arrays.copyOf(array, (int) Math.min(limit, Math.max(needed, doubled)));
    }

    public synchronized long total() {
        return total;
    }

    /** {@return what was kept; characters that would be cut in two are left out} */
    public synchronized CapturedOutput captured() {
        int inHead = (int) Math.min(total, headLimit);
        long behind = total - inHead;
        if (behind <= tailLimit) {
            byte[] all = Arrays.copyOf(head, inHead + (int) behind);
            System.arraycopy(tail, 0, all, inHead, (int) behind);
            return new CapturedOutput(new String(all, StandardCharsets.UTF_8), total);
        }
        byte[] end = new byte[tailLimit];
        int oldest = tailLimit == 0 ? 0 : (int) (behind % tailLimit);
        System.arraycopy(tail, oldest, end, 0, tailLimit - oldest);
        System.arraycopy(tail, 0, end, tailLimit - oldest, oldest);
        int headEnd = wholeCharacters(head, inHead);
        int tailStart = continuationBytes(end);
        long leftOut = total - headEnd - (tailLimit - tailStart);
        String first = new String(head, 0, headEnd, StandardCharsets.UTF_8);
        String last = new String(end, tailStart, tailLimit - tailStart, StandardCharsets.UTF_8);
        String text = first + (first.endsWith("\n") ? "" : "\n") + "[… " + leftOut + " bytes left out …]\n" + last;
        return new CapturedOutput(text, total);
    }

    /** How many bytes are left if a character that is incomplete at the end is dropped. */
    private static int wholeCharacters(byte[] bytes, int length) {
        int start = length - 1;
        while (start >= 0 && length - start < 4 && isContinuation(bytes[start])) {
            start--;
        }
        return start >= 0 && start + characterLength(bytes[start]) > length ? start : length;
    }

    private static int characterLength(byte first) {
        int ones = Integer.numberOfLeadingZeros(~(first << 24));
        return ones >= 2 && ones <= 4 ? ones : 1;
    }

    /** How many bytes at the start belong to a character that began before; at most three do. */
    private static int continuationBytes(byte[] bytes) {
        int start = 0;
        while (start < Math.min(3, bytes.length) && isContinuation(bytes[start])) {
            start++;
        }
        return start;
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xC0) == 0x80;
    }
}
