package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapesTest {
    private final Shapes shapes = new Shapes();

    record Stream(String name, InputStream in) {}

    record Deep(List<Map<String, Optional<Stream>>> streams) {}

    record Keys(Map<Integer, String> map) {}

    record Grows<T>(T value, Optional<Grows<List<T>>> next) {}

    record Chain<T>(T value, Optional<Chain<T>> next) {}

    sealed interface Shaped permits Circle, Square {}

    record Circle(int radius) implements Shaped {}

    static final class Square implements Shaped {}

    sealed interface Typed permits Named {}

    record Named(String type) implements Typed {}

    sealed interface Twins permits A.Same, B.Same {}

    interface A {
        record Same() implements Twins {}
    }

    interface B {
        record Same() implements Twins {}
    }

    static final class Bean {}

    @ParameterizedTest
    @ValueSource(
            classes = {Bean.class, Thread.class, Runnable.class, java.util.Date.class, java.util.Queue.class, void.class
            })
    void of_refusesTypes_thatJsonCannotCarry(Class<?> type) {
        assertThatThrownBy(() -> shapes.of(type))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(type.getTypeName() + " has no JSON form");
    }

    @Test
    void of_namesTheWayToTheComponent() {
        String outer = "record dev.agentos.json.ShapesTest$Deep, component streams: ";
        String inner = "record dev.agentos.json.ShapesTest$Stream, component in: ";

        assertThatThrownBy(() -> shapes.of(Deep.class))
                .hasMessage(outer + inner + "java.io.InputStream has no JSON form");
    }

    @Test
    void of_refusesMaps_whoseKeysAreNoText() {
        assertThatThrownBy(() -> shapes.of(Keys.class))
                .hasMessageContaining("a map whose keys are neither strings nor");
    }

    @Test
    void of_refusesSealedInterfaces_thatCannotBeToldApart() {
        assertThatThrownBy(() -> shapes.of(Shaped.class)).hasMessageContaining("Square, which is no record");
        assertThatThrownBy(() -> shapes.of(Twins.class)).hasMessageContaining("two records of the name Same");
        assertThatThrownBy(() -> shapes.of(Typed.class)).hasMessageContaining("a component 'type'");
        assertThatThrownBy(() -> shapes.of(Named.class)).hasMessageContaining("a component 'type'");
    }

    @Test
    void of_ends_whenATypeGrowsWithoutEnd() {
        assertThatThrownBy(() -> shapes.of(Grows.class)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_finds_thatAGenericRecordContainsItself() {
        Shape shape = shapes.of(Chain.class);

        assertThat(shape).isInstanceOf(Shape.Structure.class);
        var chain = (Shape.Structure) shape;
        assertThat(chain.components().get(1).shape()).isEqualTo(new Shape.Maybe(chain));
    }

    @Test
    void of_answersWithTheSameShape() {
        assertThat(shapes.of(Circle.class)).isSameAs(shapes.of(Circle.class));
    }
}
