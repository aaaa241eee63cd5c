package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The supervisor's end of a filter that asks. Whoever asked waits until it is answered. Used by one thread. */
final class Listener {
    private static final int NOTIFICATION_BYTES = 80;
    private static final int ANSWER_BYTES = 24;
    private static final int RECEIVE = 0xC050_2100;
    private static final int SEND = 0xC018_2101;

    private final Native os;
    private final long fd;
    private final MemorySegment notification;
    private final MemorySegment answer;

    Listener(Native os, long fd) {
        this.os = os;
        this.fd = fd;
        this.notification = os.memory(NOTIFICATION_BYTES);
        this.answer = os.memory(ANSWER_BYTES);
    }

    /**
     * A call that waits.
     *
     * @param thread who makes it, as a number of our process namespace
     * @param number of the system call
     * @param first its first argument
     * @param second its second argument
     */
    record Question(long id, int thread, int number, long first, long second) {}

    long fd() {
        return fd;
    }

    /** {@return the next call that waits; null if there is none any more} Waits for one, so ask {@code poll} first. */
    @Nullable
    Question receive() {
        notification.fill((byte) 0); // anything else is refused
        if (os.call(SystemCall.IOCTL, fd, RECEIVE & 0xFFFF_FFFFL, notification.address()) < 0) {
            return null;
        }
        return new Question(
                notification.get(JAVA_LONG, 0),
                notification.get(JAVA_INT, 8),
                notification.get(JAVA_INT, 16),
                notification.get(JAVA_LONG, 32),
                notification.get(JAVA_LONG, 40));
    }

    /** Makes the call return 0, without the kernel doing anything. */
    void feign(Question question) {
        answer(question, 0);
    }

    /** Makes the call fail. */
    void deny(Question question) {
        answer(question, -Native.EPERM);
    }

    private void answer(Question question, int error) {
        answer.set(JAVA_LONG, 0, question.id());
        answer.set(JAVA_LONG, 8, 0);
        answer.set(JAVA_INT, 16, error);
        answer.set(JAVA_INT, 20, 0);
        // Fails if the caller is dead: then nobody waits.
        os.call(SystemCall.IOCTL, fd, SEND & 0xFFFF_FFFFL, answer.address());
    }

    void close() {
        os.closeDescriptor(fd);
    }
}
