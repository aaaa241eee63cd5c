package dev.agentos.api.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What answers a request is read from its type argument, wherever on the way up that stands. */
class ReplyTypesTest {
    record Price(String value) {}

    record Direct() implements Request<Price> {}

    record Generic() implements Request<Map<String, List<Price>>> {}

    record Array() implements Request<Price[]> {}

    interface Query<T> extends Request<T> {}

    interface Page<K, V> extends Query<Map<K, V>> {}

    interface Swapped<A, B> extends Query<B> {}

    record Queried() implements Query<Price> {}

    record Paged() implements Page<String, Price> {}

    record Second() implements Swapped<String, Price> {}

    record Late() implements Comparable<Late>, Query<Price> {
        @Override
        public int compareTo(Late other) {
            return 0;
        }
    }

    abstract static class Base<T> implements Request<T> {}

    static final class Derived extends Base<Price> {}

    static class Plain implements Request<Price> {}

    static final class Below extends Plain {}

    record Open<T>() implements Request<T> {}

    @SuppressWarnings("rawtypes")
    static final class Raw implements Request {}

    record Said() implements Request<Price> {
        @Override
        public Class<Price> replyType() {
            return Price.class;
        }
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of(new Direct(), Price.class),
                Arguments.of(new Generic(), Map.class),
                Arguments.of(new Queried(), Price.class),
                Arguments.of(new Paged(), Map.class),
                Arguments.of(new Second(), Price.class),
                Arguments.of(new Late(), Price.class),
                Arguments.of(new Derived(), Price.class),
                Arguments.of(new Below(), Price.class),
                Arguments.of(new Array(), Price[].class),
                Arguments.of(new Said(), Price.class));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void replyType_isTheTypeArgument_howeverItCameDown(Request<?> request, Class<?> expected) {
        assertThat(request.replyType()).isEqualTo(expected);
    }

    /** Then any answer will do: the check has nothing to hold it against. */
    @Test
    void replyType_isAnything_whereATypeVariableIsLeft() {
        assertThat(new Open<Price>().replyType()).isEqualTo(Object.class);
        assertThat(new Raw().replyType()).isEqualTo(Object.class);
        Request<Price> anonymous = new Open2<>() {};
        assertThat(anonymous.replyType()).isEqualTo(Price.class);
    }

    private abstract static class Open2<T> implements Request<T> {}
}
