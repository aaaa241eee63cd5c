package dev.agentos.wasm;

import dev.agentos.api.security.PrincipalId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What a guest says in the log, under the logger {@code dev.agentos.wasm.GuestLog}: {@value #MAX_LINES} lines of a call,
 * then one that says that more are left out. Not thread-safe.
 */
final class GuestLog {
    static final int MAX_LINES = 100;
    static final int MAX_BYTES = 4_096;

    private static final Logger log = LoggerFactory.getLogger(GuestLog.class);

    private final String tool;
    private final PrincipalId principal;
    private int lines;

    GuestLog(String tool, PrincipalId principal) {
        this.tool = tool;
        this.principal = principal;
    }

    /**
     * Writes a line.
     *
     * @param level 0 for DEBUG, 1 for INFO, anything else for WARN: a guest's ERROR is no loss of ours
     */
    void line(int level, String text) {
        lines++;
        if (lines > MAX_LINES + 1) {
            return;
        }
        Level as = level == 0 ? Level.DEBUG : level == 1 ? Level.INFO : Level.WARN;
        log.atLevel(lines > MAX_LINES ? Level.WARN : as)
                .addKeyValue("tool", tool)
                .addKeyValue("principal", principal)
                .log("{}", lines > MAX_LINES ? "the module logs more than is kept of one call" : oneLine(text));
    }

    /** A guest that could break lines, or colour them, could write entries that look like ours. */
    static String oneLine(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            boolean plain = type != Character.CONTROL
                    && type != Character.FORMAT
                    && type != Character.LINE_SEPARATOR
                    && type != Character.PARAGRAPH_SEPARATOR;
            out.appendCodePoint(plain ? c : '\ufffd');
        });
        return out.toString();
    }
}
