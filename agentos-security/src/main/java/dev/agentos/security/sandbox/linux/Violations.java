package dev.agentos.security.sandbox.linux;

import dev.agentos.api.spi.SandboxResult.Violation;
import dev.agentos.security.sandbox.linux.Listener.Question;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers the questions of a filter, and remembers the first of those that it denied. Used by one thread. */
final class Violations {
    private static final int MOST = 64;
    private static final Map<Long, String> FAMILIES =
            Map.of(1L, "AF_UNIX", 2L, "AF_INET", 10L, "AF_INET6", 16L, "AF_NETLINK", 17L, "AF_PACKET", 40L, "AF_VSOCK");

    private final Map<Integer, SystemCall> calls;
    private final List<Violation> denied = new ArrayList<>();

    Violations(Architecture architecture) {
        this.calls = architecture.byNumber();
    }

    /**
     * Answers what is asked.
     *
     * <p>They are denied whatever their arguments are, so that nothing depends on what they point to.
     */
    void answer(Listener listener) {
        Question question = listener.receive();
        if (question == null) {
            return;
        }
        SystemCall call = calls.get(question.number());
        if (call == SystemCall.FCHDIR) {
            listener.deny(question); // a descriptor that nobody has: no attempt at anything
            return;
        }
        if (denied.size() < MOST) {
            // While it waits for the answer, its number is its own.
            String name = call == null ? "#" + question.number() : call.name().toLowerCase(Locale.ROOT);
            String program = ControlGroups.read(Path.of("/proc/" + question.thread() + "/comm"));
            denied.add(new Violation(name, detail(call, question), question.thread(), printable(program)));
        }
        listener.deny(question);
    }

    private static String detail(@Nullable SystemCall call, Question question) {
        if (call == SystemCall.SOCKET || call == SystemCall.SOCKETPAIR) {
            long family = question.first() & 0xFFFF_FFFFL;
            return FAMILIES.getOrDefault(family, "family " + family);
        }
        return call == SystemCall.PRLIMIT64 || call == SystemCall.PTRACE
                ? "process " + (int) (call == SystemCall.PTRACE ? question.second() : question.first())
                : "";
    }

    /** A process chooses its name itself. */
    private static String printable(String name) {
        return name.replaceAll("[^\\x20-\\x7E]", "?");
    }

    List<Violation> denied() {
        return List.copyOf(denied);
    }
}
