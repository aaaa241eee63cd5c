package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

class CorrespondenceOrderProperties {
    private static final Address SOMEBODY = Address.of("a");

    private static Message message(long id, long cause) {
        return new Message(id, SOMEBODY, SOMEBODY, "x", "x", 1, cause, Instant.EPOCH, Map.of());
    }

    private static List<Long> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    /** Grows a tree of messages as agents would, with numbers that say nothing about when, and reads it back in any order. */
    @Property
    void of_putsCausesFirst_andLosesNothing(
            @ForAll @IntRange(min = 1, max = 60) int size,
            @ForAll @IntRange(max = 5) int missing,
            @ForAll Random random) {
        List<Long> numbers =
                new ArrayList<>(LongStream.rangeClosed(1, size).boxed().toList());
        Collections.shuffle(numbers, random);
        var messages = new ArrayList<Message>();
        for (int i = 0; i < size; i++) {
            long cause = i == 0 ? numbers.get(0) : numbers.get(random.nextInt(i));
            messages.add(message(numbers.get(i), cause));
        }
        for (int i = 0; i < missing && messages.size() > 1; i++) {
            messages.remove(random.nextInt(messages.size()));
        }
        Collections.shuffle(messages, random);

        List<Message> ordered = CorrespondenceOrder.of(messages);

        assertThat(ordered).containsExactlyInAnyOrderElementsOf(messages);
        List<Long> ids = ids(ordered);
        boolean numbersAgree = true;
        for (Message each : ordered) {
            int cause = ids.indexOf(each.causation());
            assertThat(cause).isLessThanOrEqualTo(ids.indexOf(each.id()));
            numbersAgree &= cause < 0 || each.causation() <= each.id();
        }
        Statistics.label("numbers alone would do").collect(numbersAgree);
        // What is next is the lowest of all that could come next.
        for (int i = 0; i < ids.size(); i++) {
            List<Long> before = ids.subList(0, i);
            long next = ids.get(i);
            assertThat(ordered.subList(i, ids.size()))
                    .filteredOn(each -> before.contains(each.causation())
                            || !ids.contains(each.causation())
                            || each.causation() == each.id())
                    .allSatisfy(each -> assertThat(each.id()).isGreaterThanOrEqualTo(next));
        }
    }

    @Example
    void of_ordersByNumber_whatCausesLeaveOpen() {
        List<Message> kept = List.of(message(5, 9), message(7, 9), message(9, 9), message(11, 3), message(2, 2));

        assertThat(ids(CorrespondenceOrder.of(kept))).containsExactly(2L, 9L, 5L, 7L, 11L);
    }
}
