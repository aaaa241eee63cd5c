package dev.agentos.security;

import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a capability permits, as a set of things and as numbers: what {@link Capability} says in its language.
 *
 * @param tools which tools, of {@code a} and {@code b}
 * @param numbers the limits, where there are some
 * @param asks whether a person is asked
 */
record StatefulRight(Set<String> tools, Map<Kind, Integer> numbers, boolean asks) {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    /** What is limited by a number: the smaller, the narrower. */
    enum Kind {
        /** The attribute {@code n} of an action. */
        AMOUNT("n<="),
        USES("uses="),
        PER_MINUTE("rate="),
        BYTES("maxBytes="),
        HANDING_ON("depth="),
        /** Minutes after noon when it expires. */
        MINUTES("expires="),
        /** Hours after noon, each day, until which it is open. */
        HOURS("between=12:00-");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        private String text(int number) {
            return key
                    + switch (this) {
                        case AMOUNT, USES, HANDING_ON -> number;
                        case PER_MINUTE -> number + "/1m";
                        case BYTES -> number + "B";
                        case MINUTES -> NOON.plusSeconds(60L * number);
                        case HOURS -> 12 + number + ":00";
                    };
        }
    }

    StatefulRight {
        tools = new TreeSet<>(tools);
        numbers = new EnumMap<>(numbers);
    }

    int number(Kind kind) {
        return numbers.getOrDefault(kind, Integer.MAX_VALUE);
    }

    Instant expires() {
        return numbers.containsKey(Kind.MINUTES) ? NOON.plusSeconds(60L * number(Kind.MINUTES)) : Instant.MAX;
    }

    /** {@return the same in the language of capabilities} */
    Capability capability() {
        String pattern = tools.size() == 1 ? tools.iterator().next() : "*";
        String limits = numbers.entrySet().stream()
                .map(limit -> "; " + limit.getKey().text(limit.getValue()))
                .collect(Collectors.joining());
        return Capability.parse("tool:" + pattern + " call" + limits + (asks ? "; approval=required" : ""));
    }

    /** Whether it permits nothing that the other does not: dimension by dimension. */
    boolean isWithin(StatefulRight wider) {
        for (Kind kind : Kind.values()) {
            if (number(kind) > wider.number(kind)) {
                return false;
            }
        }
        return wider.tools.containsAll(tools) && (asks || !wider.asks);
    }

    /** {@return what both permit; null if that is nothing} */
    @Nullable
    StatefulRight meet(StatefulRight other) {
        var common = new TreeSet<>(tools);
        common.retainAll(other.tools);
        var least = new EnumMap<Kind, Integer>(Kind.class);
        least.putAll(numbers);
        other.numbers.forEach((kind, number) -> least.merge(kind, number, Math::min));
        return common.isEmpty() ? null : new StatefulRight(common, least, asks || other.asks);
    }

    /** {@return this with one less in depth, if that is limited} */
    StatefulRight handedOn() {
        var less = new EnumMap<Kind, Integer>(Kind.class);
        less.putAll(numbers);
        less.computeIfPresent(Kind.HANDING_ON, (_, depth) -> depth - 1);
        return new StatefulRight(tools, less, asks);
    }

    boolean covers(Action action) {
        return tools.contains(action.resource())
                && ((JsonNumber) action.attributes().get("n")).number().intValue() <= number(Kind.AMOUNT);
    }

    boolean isOpenAt(Instant time) {
        int hour = time.atOffset(ZoneOffset.UTC).getHour();
        return !numbers.containsKey(Kind.HOURS) || hour >= 12 && hour < 12 + number(Kind.HOURS);
    }

    /** Whether nothing but the action decides. */
    boolean isFree() {
        return !asks && numbers.keySet().stream().allMatch(kind -> kind == Kind.AMOUNT || kind == Kind.HANDING_ON);
    }
}
