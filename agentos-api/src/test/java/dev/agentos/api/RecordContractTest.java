package dev.agentos.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for every public record of the API, those to come included: nothing is missing that may not be, and nobody
 * changes a value from outside. Records are sent between agents, stored and shown; a null or a live list in one of them is
 * found far away from whoever put it there.
 */
class RecordContractTest {
    private static final Set<Class<?>> UNCHECKED =
            Set.of(SystemEvent.class, Authority.Ruling.class, StoredRow.class, Storage.class);

    static Stream<Class<?>> records() {
        return classes().filter(type -> type.isRecord() && isPublic(type));
    }

    /** All but those that only the runtime and its stores make, on paths where a check would cost and never fail. */
    static Stream<Class<?>> checkedRecords() {
        return records()
                .filter(type -> type.getEnclosingClass() == null || !UNCHECKED.contains(type.getEnclosingClass()));
    }

    private static boolean isPublic(Class<?> type) {
        Class<?> around = type.getEnclosingClass();
        return Modifier.isPublic(type.getModifiers()) && (around == null || isPublic(around));
    }

    private static Stream<Class<?>> classes() {
        try {
            Path root = Path.of(AgentOS.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path api = root.resolve("dev/agentos/api");
            try (Stream<Path> files = Files.walk(api)) {
                List<Class<?>> found = new ArrayList<>();
                files.filter(file -> file.toString().endsWith(".class"))
                        .sorted()
                        .forEach(file -> found.add(load(root, file)));
                return found.stream();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> load(Path root, Path file) {
        String name = root.relativize(file).toString();
        try {
            return Class.forName(
                    name.substring(0, name.length() - ".class".length()).replace('/', '.'),
                    false,
                    AgentOS.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void records_areFound() {
        assertThat(records()).hasSizeGreaterThan(40).contains(AgentId.class, SystemEvent.Gap.class, Exit.Failed.class);
    }

    @ParameterizedTest
    @MethodSource("checkedRecords")
    void record_refusesNull_whereItsTypeDoesNotAllowOne(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();

        for (int i = 0; i < components.length; i++) {
            if (!components[i].getType().isPrimitive() && !Samples.isNullable(components[i])) {
                Object[] arguments = Samples.arguments(type);
                arguments[i] = null;
                assertThatNullPointerException()
                        .as("%s of %s", components[i].getName(), type.getSimpleName())
                        .isThrownBy(() -> Samples.record(type, arguments));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void record_takesNull_whereItsTypeSaysSo(Class<?> type) {
        Object record = Samples.record(type, Samples.arguments(type));

        for (RecordComponent component : type.getRecordComponents()) {
            if (Samples.isNullable(component)) {
                assertThat(read(component, record)).as(component.getName()).isNull();
            }
        }
        assertThat(record.toString()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("records")
    void record_isACopy_ofTheCollectionsItWasGiven(Class<?> type) {
        Object[] arguments = Samples.arguments(type);
        Object record = Samples.record(type, arguments);
        String before = shown(record);

        for (Object argument : arguments) {
            change(argument);
        }

        assertThat(shown(record)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("records")
    void record_givesOutNothing_thatCanBeChanged(Class<?> type) {
        Object record = Samples.record(type, Samples.arguments(type));

        for (RecordComponent component : type.getRecordComponents()) {
            switch (read(component, record)) {
                case Collection<?> collection ->
                    assertThatThrownBy(collection::clear)
                            .as(component.getName())
                            .isInstanceOf(UnsupportedOperationException.class);
                case Map<?, ?> map ->
                    assertThatThrownBy(map::clear)
                            .as(component.getName())
                            .isInstanceOf(UnsupportedOperationException.class);
                case byte[] bytes -> {
                    bytes[0]++;
                    assertThat(read(component, record)).as(component.getName()).isNotEqualTo(bytes);
                }
                case null, default -> {}
            }
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void record_isEqual_toOneOfEqualParts(Class<?> type) {
        boolean hasParts = Stream.of(type.getRecordComponents())
                .noneMatch(part -> part.getType().isArray()
                        || part.getType().getSimpleName().equals("Grant"));
        Object[] arguments = Samples.arguments(type);

        Object one = Samples.record(type, arguments);
        Object other = Samples.record(type, arguments);

        if (hasParts) {
            assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString(other.toString());
        }
        assertThat(one).isNotEqualTo(null).isNotEqualTo("another type");
    }

    /** A fact is told apart by its name, in filters and in what is stored: no two may share one. */
    @Test
    void systemEvents_haveNamesOfTheirOwn() {
        List<String> names = Stream.of(SystemEvent.class.getPermittedSubclasses())
                .map(kind -> ((SystemEvent) Samples.of(kind)).type())
                .toList();

        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z]+\\.[a-z]+"));
    }

    private static String shown(Object record) {
        var text = new StringBuilder();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = read(component, record);
            text.append(value instanceof byte[] bytes ? Array.get(bytes, 0) : value)
                    .append('\n');
        }
        return text.toString();
    }

    private static void change(Object argument) {
        switch (argument) {
            case Collection<?> collection -> collection.clear();
            case Map<?, ?> map -> map.clear();
            case byte[] bytes -> bytes[0]++;
            case null, default -> {}
        }
    }

    private static Object read(RecordComponent component, Object record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " of " + record, e);
        }
    }
}
