package dev.agentos.api.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON array: elements in order.
 *
 * @param elements unmodifiable
 * @since 0.1
 */
public record JsonArray(List<JsonValue> elements) implements JsonValue {

    /** The array without elements. */
    public static final JsonArray EMPTY = new JsonArray(List.of());

    /** Copies the elements. */
    public JsonArray {
        elements = List.copyOf(elements);
    }

    /**
     * Returns an array of the given elements.
     *
     * @param elements each of them anything that {@link JsonValue#of(Object)} understands
     */
    public static JsonArray of(@Nullable Object... elements) {
        return JsonValue.of(Arrays.asList(elements)).asArray();
    }

    /** {@return how many elements there are} */
    public int size() {
        return elements.size();
    }

    @Override
    public String kind() {
        return "array";
    }

    @Override
    public JsonArray asArray() {
        return this;
    }

    @Override
    public Object toJava() {
        var plain = new ArrayList<@Nullable Object>(elements.size());
        elements.forEach(element -> plain.add(element.toJava()));
        return Collections.unmodifiableList(plain);
    }

    @Override
    public String toString() {
        return JsonText.of(this);
    }

    /** Only the plain decimal spelling is an index: "01", "+1" or other digits than ASCII's would be second names. */
    @Nullable
    JsonValue element(String index) {
        if (!index.matches("0|[1-9][0-9]{0,8}")) {
            return null;
        }
        int i = Integer.parseInt(index);
        return i < elements.size() ? elements.get(i) : null;
    }
}
