package dev.agentos.api.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.UnhandledMessageException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageTest {
    @Test
    void payload_isGiven_asItsSealedType() {
        var message = message(new Buy(3));

        String text = switch (message.payload(Order.class)) {
            case Buy(int quantity) -> "buy " + quantity;
            case Sell(int quantity) -> "sell " + quantity;
        };

        assertThat(text).isEqualTo("buy 3");
    }

    @Test
    void payload_throwsUnhandled_whenOfAnotherType() {
        var message = message("hello");

        assertThatThrownBy(() -> message.payload(Order.class))
                .isInstanceOfSatisfying(UnhandledMessageException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_REFUSED);
                    assertThat(e.unhandled()).isSameAs(message);
                })
                .hasMessageContaining("java.lang.String")
                .hasMessageContaining("Order");
    }

    @Test
    void headers_areCopied() {
        var headers = new HashMap<>(Map.of("a", "1"));
        var message = new Message(1, Address.HOST, Address.of("a"), "t", "x", 1, 1, Instant.EPOCH, headers);

        headers.put("b", "2");

        assertThat(message.headers()).containsOnlyKeys("a");
    }

    @Test
    void replyType_isReadFromTheTypeArgument() {
        assertThat(new Quote("AAPL").replyType()).isEqualTo(Price.class);
        assertThat(new Symbols().replyType()).isEqualTo(List.class);
        assertThat(new Indirect().replyType()).isEqualTo(Price.class);
    }

    private static Message message(Object payload) {
        return new Message(
                7, Address.HOST, Address.of("a"), payload.getClass().getName(), payload, 7, 7, Instant.EPOCH, Map.of());
    }

    sealed interface Order {}

    record Buy(int quantity) implements Order {}

    record Sell(int quantity) implements Order {}

    record Price(String value) {}

    record Quote(String symbol) implements Request<Price> {}

    record Symbols() implements Request<List<String>> {}

    interface PriceRequest extends Request<Price> {}

    record Indirect() implements PriceRequest {}
}
