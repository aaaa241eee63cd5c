package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a command says on its standard error: the end of it for who called, lines for the log if it may have them. */
final class GuestErrors {
    static final int MAX_TAIL = 4_096;

    private final GuestLog log;
    private final boolean logs;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private byte[] tail = new byte[0];

    GuestErrors(GuestLog log, boolean logs) {
        this.log = log;
        this.logs = logs;
    }

    void write(byte[] bytes) {
        byte[] all = Arrays.copyOf(tail, tail.length + bytes.length);
        System.arraycopy(bytes, 0, all, tail.length, bytes.length);
        tail = Arrays.copyOfRange(all, Math.max(0, all.length - MAX_TAIL), all.length);
        if (logs) {
            logLines(bytes);
        }
    }

    private void logLines(byte[] bytes) {
        for (byte b : bytes) {
            if (b == '\n') {
                endLine();
            } else if (line.size() < GuestLog.MAX_BYTES) {
                line.write(b);
            }
        }
    }

    /** Writes what is left of a line without an end. */
    void close() {
        if (line.size() > 0) {
            endLine();
        }
    }

    private void endLine() {
        log.line(1, line.toString(UTF_8));
        line.reset();
    }

    /** Puts the end of what was said behind a reason, on one line. */
    String behind(String reason) {
        String said = new String(tail, UTF_8)
                .lines()
                .filter(part -> !part.isBlank())
                .map(GuestLog::oneLine)
                .collect(Collectors.joining(" | "));
        return said.isEmpty() ? reason : reason + "; it said: " + said;
    }
}
