package dev.agentos.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Java type whose values are numbers in JSON.
 *
 * @param least smallest value of an integer type; null if there is none
 * @param most largest value of an integer type; null if there is none
 * @param convert throws {@link ArithmeticException} if the number does not fit
 */
record NumberForm(
        String expected,
        boolean integer,
        @Nullable BigDecimal least,
        @Nullable BigDecimal most,
        Function<BigDecimal, Number> convert) {
    private static final int PLAIN_DIGITS = 21;

    private static final NumberForm BYTE = bounded(Byte.MIN_VALUE, Byte.MAX_VALUE, BigDecimal::byteValueExact);
    private static final NumberForm SHORT = bounded(Short.MIN_VALUE, Short.MAX_VALUE, BigDecimal::shortValueExact);
    private static final NumberForm INT = bounded(Integer.MIN_VALUE, Integer.MAX_VALUE, BigDecimal::intValueExact);
    private static final NumberForm LONG = bounded(Long.MIN_VALUE, Long.MAX_VALUE, BigDecimal::longValueExact);
    private static final NumberForm FLOAT = new NumberForm("a number", false, null, null, NumberForm::toFloat);
    private static final NumberForm DOUBLE = new NumberForm("a number", false, null, null, NumberForm::toDouble);
    private static final NumberForm DECIMAL = new NumberForm("a number", false, null, null, NumberForm::toDecimal);
    private static final NumberForm INTEGER = new NumberForm("an integer", true, null, null, NumberForm::toInteger);

    private static final Map<Class<?>, NumberForm> FORMS = Map.ofEntries(
            Map.entry(byte.class, BYTE),
            Map.entry(Byte.class, BYTE),
            Map.entry(short.class, SHORT),
            Map.entry(Short.class, SHORT),
            Map.entry(int.class, INT),
            Map.entry(Integer.class, INT),
            Map.entry(long.class, LONG),
            Map.entry(Long.class, LONG),
            Map.entry(float.class, FLOAT),
            Map.entry(Float.class, FLOAT),
            Map.entry(double.class, DOUBLE),
            Map.entry(Double.class, DOUBLE),
            Map.entry(BigDecimal.class, DECIMAL),
            Map.entry(Number.class, DECIMAL),
            Map.entry(BigInteger.class, INTEGER));

    /** Returns the form of a type; null if its values are no numbers. */
    static @Nullable NumberForm of(Class<?> type) {
        return FORMS.get(type);
    }

    private static NumberForm bounded(long least, long most, Function<BigDecimal, Number> convert) {
        return new NumberForm(
                "an integer from " + least + " to " + most,
                true,
                BigDecimal.valueOf(least),
                BigDecimal.valueOf(most),
                convert);
    }

    private static Number toFloat(BigDecimal number) {
        float nearest = number.floatValue();
        if (!Float.isFinite(nearest)) {
            throw new ArithmeticException("too large");
        }
        return nearest;
    }

    private static Number toDouble(BigDecimal number) {
        double nearest = number.doubleValue();
        if (!Double.isFinite(nearest)) {
            throw new ArithmeticException("too large");
        }
        return nearest;
    }

    /** 1250 as what somebody would write, not as the 1.25E+3 that is left without its zeros; like the text, up to 10^21. */
    private static Number toDecimal(BigDecimal number) {
        boolean plain = number.scale() < 0 && number.precision() - number.scale() <= PLAIN_DIGITS;
        return plain ? number.setScale(0) : number;
    }

    private static Number toInteger(BigDecimal number) {
        if (!TextLimits.fits(number)) {
            throw new ArithmeticException("too many digits");
        }
        return number.toBigIntegerExact();
    }
}
