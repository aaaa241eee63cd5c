package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the cores share does not lie beside what one of them writes all the time. Where objects lie is up to the collector, so the cause is
 * pinned and not the cost: the JVM lays the fields of a class behind those of its superclass.
 */
class MarginTest {
    private static List<Field> fields(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .toList();
    }

    private static long longs(Class<?> type) {
        return fields(type).stream()
                .filter(field -> field.getType() == long.class)
                .count();
    }

    @Test
    void worker_beginsWithAMargin_whichLeavesNoGap() {
        assertThat(TurnState.class.getSuperclass()).isEqualTo(Margin.class);
        assertThat(Margin.class.getSuperclass()).isEqualTo(Object.class);
        assertThat(longs(Margin.class) * Long.BYTES).isGreaterThanOrEqualTo(Margin.BYTES);
        assertThat(fields(Margin.class))
                .filteredOn(field -> field.getType() == int.class)
                .hasSize(1);
    }

    @Test
    void worker_endsWithAMargin_andThereIsNoOtherKind() {
        assertThat(Worker.class.getPermittedSubclasses()).containsExactly(Worker.Spaced.class);
        assertThat(longs(Worker.Spaced.class) * Long.BYTES).isGreaterThanOrEqualTo(Margin.BYTES);
        assertThat(fields(Worker.Spaced.class)).hasSize((int) longs(Worker.Spaced.class));
    }

    @Test
    void batch_endsWithoutTheMarkerItWasPushedOn() {
        var mailbox = new MailboxTest.CountingMailbox();
        var onIdle = new Mailbox.Node("a");
        var onEmpty = new Mailbox.Node("b");

        mailbox.push(onIdle, Mailbox.CLOSED_DEPTH);
        mailbox.take();
        mailbox.push(onEmpty, Mailbox.CLOSED_DEPTH);

        assertThat(onIdle.next).isNull();
        assertThat(onEmpty.next).isNull();
    }
}
