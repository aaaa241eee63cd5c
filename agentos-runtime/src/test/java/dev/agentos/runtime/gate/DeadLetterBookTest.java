package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentId;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.event.EventBus;
import dev.agentos.runtime.store.HeapStorage;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterBookTest {
    private final HeapStorage storage = new HeapStorage(10);
    private final EventBus events = new EventBus(storage, TimeSource.system());
    private final DeadLetterBook book = new DeadLetterBook(storage, events);

    @Test
    void bury_keepsTheLetter_andTellsOfItUnderItsNumber() {
        var agent = new AgentId(Address.of("desk"), 1);
        book.bury(message(1), DeadLetter.Reason.MAILBOX_FULL, null, "");

        book.bury(message(2), DeadLetter.Reason.HANDLER_FAILED, agent, "java.lang.IllegalStateException");

        assertThat(book.count()).isEqualTo(2);
        assertThat(book.find(1, 10)).singleElement().satisfies(letter -> {
            assertThat(letter.message().id()).isEqualTo(2);
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.HANDLER_FAILED);
            assertThat(letter.sequence()).isEqualTo(2);
        });
        assertThat(events.history(EventFilter.type("message.dead"), 1, 10))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.agent()).isEqualTo(agent);
                    assertThat(event.data())
                            .isEqualTo(
                                    new SystemEvent.DeadLettered(book.find(1, 1).getFirst()));
                });
    }

    @Test
    void find_returnsTheOldestFirst_atMostSoMany() {
        for (int i = 1; i <= 5; i++) {
            book.bury(message(i), DeadLetter.Reason.UNHANDLED, null, "");
        }

        var found = book.find(1, 2);

        assertThat(found).extracting(DeadLetter::sequence).containsExactly(2L, 3L);
    }

    private static Message message(long id) {
        var to = Address.of("desk");
        return new Message(id, Address.HOST, to, "String", "hello", id, id, Instant.EPOCH, Map.of());
    }
}
