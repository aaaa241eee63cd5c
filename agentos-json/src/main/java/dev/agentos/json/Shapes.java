package dev.agentos.json;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.tool.Doc;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/** Works out the shapes of Java types, each once. Thread-safe. */
final class Shapes {
    private static final Set<Class<?>> BOXES = Set.of(
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            Boolean.class,
            Character.class);

    /** Ends {@code record Grows<T>(Grows<List<T>> next)}, which is a new type at every turn. */
    private static final int DEEPEST = 64;

    private final ConcurrentMap<Type, Shape> known = new ConcurrentHashMap<>();

    /**
     * Returns the shape of a type.
     *
     * @throws IllegalArgumentException if JSON cannot carry it; the message names the place
     */
    Shape of(Type type) {
        Shape shape = known.get(type);
        if (shape == null) {
            shape = new Work().shape(type, Map.of());
            Shape raced = known.putIfAbsent(type, shape);
            return raced == null ? shape : raced;
        }
        return shape;
    }

    /** Returns whether a record class belongs to a sealed interface, directly or through others. */
    static boolean isTagged(Class<?> record) {
        return Arrays.stream(record.getInterfaces()).anyMatch(face -> face.isSealed() || isTagged(face));
    }

    /** A type argument, with what its own variables stand for. */
    private record Bound(Type type, Map<TypeVariable<?>, Bound> bounds) {}

    /** One walk through a type and what it consists of. */
    private static final class Work {
        private final Map<Bound, Shape.Structure> structures = new HashMap<>();
        private int depth;

        Shape shape(Type type, Map<TypeVariable<?>, Bound> bounds) {
            return switch (type) {
                case Class<?> raw -> ofClass(raw, List.of());
                case ParameterizedType generic -> ofClass((Class<?>) generic.getRawType(), arguments(generic, bounds));
                case TypeVariable<?> variable -> {
                    Bound bound = bounds.get(variable);
                    yield bound == null
                            ? shape(variable.getBounds()[0], Map.of())
                            : shape(bound.type(), bound.bounds());
                }
                case WildcardType wildcard -> shape(wildcard.getUpperBounds()[0], bounds);
                case GenericArrayType array -> throw unsupported(array.getTypeName());
                default -> throw unsupported(type.getTypeName());
            };
        }

        private static List<Bound> arguments(ParameterizedType type, Map<TypeVariable<?>, Bound> bounds) {
            return Arrays.stream(type.getActualTypeArguments())
                    .map(argument -> bound(argument, bounds))
                    .toList();
        }

        /** Variables are replaced at once: else each turn of a generic record that contains itself looked new. */
        private static Bound bound(Type argument, Map<TypeVariable<?>, Bound> bounds) {
            return switch (argument) {
                case Class<?> type -> new Bound(type, Map.of());
                case TypeVariable<?> variable -> bounds.getOrDefault(variable, new Bound(argument, bounds));
                default -> new Bound(argument, bounds);
            };
        }

        private Shape ofClass(Class<?> type, List<Bound> arguments) {
            if (type == Object.class || JsonValue.class.isAssignableFrom(type)) {
                return new Shape.Any(type);
            }
            if (type == boolean.class || type == Boolean.class) {
                return new Shape.Bool();
            }
            NumberForm number = NumberForm.of(type);
            if (number != null) {
                return new Shape.Num(number);
            }
            TextForm<?> text = TextForm.of(type);
            if (text != null) {
                return new Shape.Text(text);
            }
            if (type.isEnum()) {
                return enumerated(type);
            }
            if (type.isRecord()) {
                return structure(type, arguments);
            }
            if (type.isSealed() && type.isInterface()) {
                return union(type);
            }
            return container(type, arguments);
        }

        private Shape container(Class<?> type, List<Bound> arguments) {
            if (type == Optional.class) {
                return new Shape.Maybe(argument(arguments, 0));
            }
            if (type == List.class || type == Collection.class || type == Iterable.class) {
                return new Shape.Sequence(Shape.Sequence.Container.LIST, Object.class, argument(arguments, 0));
            }
            if (type == Set.class) {
                return new Shape.Sequence(Shape.Sequence.Container.SET, Object.class, argument(arguments, 0));
            }
            if (type.isArray()) {
                return new Shape.Sequence(
                        Shape.Sequence.Container.ARRAY, type.componentType(), ofClass(type.componentType(), List.of()));
            }
            if (type == Map.class) {
                return mapping(arguments);
            }
            throw unsupported(type.getTypeName());
        }

        private Shape mapping(List<Bound> arguments) {
            Shape value = argument(arguments, 1);
            Shape key = arguments.isEmpty() ? shape(String.class, Map.of()) : argument(arguments, 0);
            if (key instanceof Shape.Enumerated names) {
                return new Shape.EnumMapping(names, value);
            }
            if (key instanceof Shape.Text(var form) && form.type() == String.class) {
                return new Shape.Mapping(value);
            }
            throw unsupported("a map whose keys are neither strings nor the constants of an enum");
        }

        private Shape argument(List<Bound> arguments, int index) {
            if (arguments.isEmpty()) {
                return new Shape.Any(Object.class);
            }
            Bound bound = arguments.get(index);
            return shape(bound.type(), bound.bounds());
        }

        private static Shape.Enumerated enumerated(Class<?> type) {
            var constants = new LinkedHashMap<String, Object>();
            for (Object constant : type.getEnumConstants()) {
                constants.put(((Enum<?>) constant).name(), constant);
            }
            return new Shape.Enumerated(type, Collections.unmodifiableMap(constants));
        }

        private Shape.Structure structure(Class<?> type, List<Bound> arguments) {
            var bounds = new HashMap<TypeVariable<?>, Bound>();
            for (int i = 0; i < type.getTypeParameters().length; i++) {
                TypeVariable<?> variable = type.getTypeParameters()[i];
                bounds.put(
                        variable,
                        arguments.isEmpty() ? new Bound(variable.getBounds()[0], Map.of()) : arguments.get(i));
            }
            var key = new Bound(type, bounds);
            Shape.Structure begun = structures.get(key);
            if (begun != null) {
                return begun;
            }
            if (++depth > DEEPEST) {
                throw unsupported("a type of records within records more than " + DEEPEST + " deep");
            }
            var structure = new Shape.Structure(type, isTagged(type));
            structures.put(key, structure);
            var components = new ArrayList<Shape.Component>();
            for (RecordComponent component : type.getRecordComponents()) {
                components.add(component(component, structure, bounds));
            }
            depth--;
            structure.complete(components);
            return structure;
        }

        private Shape.Component component(
                RecordComponent component, Shape.Structure owner, Map<TypeVariable<?>, Bound> bounds) {
            String name = component.getName();
            if (owner.tagged() && name.equals(Shape.Union.TAG)) {
                throw new IllegalArgumentException("record " + owner.type().getName() + " of a sealed interface has a"
                        + " component '" + name + "', which is the name of the member that says which record it is");
            }
            Shape shape;
            try {
                shape = shape(component.getGenericType(), bounds);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "record " + owner.type().getName() + ", component " + name + ": " + e.getMessage(), e);
            }
            boolean marked = isMarkedNullable(component);
            boolean optional = shape instanceof Shape.Maybe || marked;
            boolean nullable = marked || BOXES.contains(component.getType());
            Doc doc = component.getAnnotation(Doc.class);
            return new Shape.Component(name, shape, !optional, nullable, doc == null ? "" : doc.value());
        }

        private Shape.Union union(Class<?> type) {
            var alternatives = new LinkedHashMap<String, Shape.Structure>();
            leaves(type).distinct().forEach(leaf -> {
                if (!leaf.isRecord()) {
                    throw unsupported(leaf.getName() + ", which is no record, within the sealed " + type.getName());
                }
                if (alternatives.put(leaf.getSimpleName(), structure(leaf, List.of())) != null) {
                    throw unsupported("two records of the name " + leaf.getSimpleName() + " in " + type.getName());
                }
            });
            return new Shape.Union(type, Collections.unmodifiableMap(alternatives));
        }

        private static Stream<Class<?>> leaves(Class<?> type) {
            return type.isSealed()
                    ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Work::leaves)
                    : Stream.of(type);
        }

        /** By name, so that any library's annotation does, and ours need not be there at run time. */
        private static boolean isMarkedNullable(RecordComponent component) {
            AnnotatedType use = component.getAnnotatedType();
            return Stream.of(use.getAnnotations(), component.getAnnotations())
                    .flatMap(Arrays::stream)
                    .anyMatch(mark -> mark.annotationType().getSimpleName().equals("Nullable"));
        }

        private static IllegalArgumentException unsupported(String what) {
            return new IllegalArgumentException(what + " has no JSON form");
        }
    }
}
