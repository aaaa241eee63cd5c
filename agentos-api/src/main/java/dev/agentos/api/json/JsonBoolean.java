package dev.agentos.api.json;

/**
 * JSON's true or false.
 *
 * @param bool which of them
 * @since 0.1
 */
public record JsonBoolean(boolean bool) implements JsonValue {

    /** JSON's true. */
    public static final JsonBoolean TRUE = new JsonBoolean(true);

    /** JSON's false. */
    public static final JsonBoolean FALSE = new JsonBoolean(false);

    /** {@return one of the two constants} */
    public static JsonBoolean of(boolean bool) {
        return bool ? TRUE : FALSE;
    }

    @Override
    public String kind() {
        return "boolean";
    }

    @Override
    public Object toJava() {
        return bool;
    }

    @Override
    public String toString() {
        return Boolean.toString(bool);
    }
}
