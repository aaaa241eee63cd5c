package dev.agentos.api.security;

import dev.agentos.api.Rate;
import dev.agentos.api.security.Constraint.Comparison;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/** A constraint of the system's own, which the grant enforces. */
sealed interface Term extends Clause {

    /** {@return whether a key is the system's} */
    static boolean isKey(String key) {
        return TermParser.KEYS.contains(key);
    }

    private static Constraint constraint(String key, Object value) {
        return new Constraint(key, Comparison.EQUAL, List.of(value.toString()));
    }

    /** A capability has one term of each kind. */
    @Override
    default boolean isAkin(Clause other) {
        return getClass() == other.getClass();
    }

    /** So many uses in all. */
    record Uses(long count) implements Term {
        @Override
        public Constraint constraint() {
            return Term.constraint("uses", count);
        }

        @Override
        public boolean isWithin(Clause wider) {
            return wider instanceof Uses other && count <= other.count;
        }
    }

    /** So many live children. */
    record Max(long count) implements Term {
        @Override
        public Constraint constraint() {
            return Term.constraint("max", count);
        }

        @Override
        public boolean isWithin(Clause wider) {
            return wider instanceof Max other && count <= other.count;
        }
    }

    /** So many bytes in all. */
    record MaxBytes(long bytes) implements Term {
        @Override
        public Constraint constraint() {
            return Term.constraint("maxBytes", Units.writeBytes(bytes));
        }

        @Override
        public boolean isWithin(Clause wider) {
            return wider instanceof MaxBytes other && bytes <= other.bytes;
        }
    }

    /** Handed on so often. */
    record Depth(long count) implements Term {
        @Override
        public Constraint constraint() {
            return Term.constraint("depth", count);
        }

        @Override
        public boolean isWithin(Clause wider) {
            return wider instanceof Depth other && count <= other.count;
        }
    }

    /** So much of an attribute, in all or in any window. */
    record Spend(Budget budget) implements Term {
        @Override
        public Constraint constraint() {
            return Term.constraint("budget", budget);
        }

        @Override
        public boolean isWithin(Clause wider) {
            return wider instanceof Spend(Budget other) && budget.isWithin(other);
        }
    }

    /** Not any more from this instant on. */
    record Expires(Instant at) implements Term {
        @Override
        public Constraint constraint() {
            return Term.constraint("expires", at);
        }

        @Override
        public boolean isWithin(Clause wider) {
            return wider instanceof Expires other && !at.isAfter(other.at);
        }
    }

    /** Only with an approval. */
    record Approval() implements Term {
        @Override
        public Constraint constraint() {
            return Term.constraint("approval", "required");
        }

        @Override
        public boolean isWithin(Clause wider) {
            return wider instanceof Approval;
        }
    }

    /** So many uses in any window. */
    record PerTime(Rate rate) implements Term {
        @Override
        public Constraint constraint() {
            return Term.constraint("rate", rate.count() + "/" + Units.writeDuration(rate.window()));
        }

        /**
         * As many of our windows as it takes to fill the wider one must not exceed it. This holds for counts in sliding
         * windows, and all the more for a bucket that refills steadily.
         */
        @Override
        public boolean isWithin(Clause wider) {
            if (!(wider instanceof PerTime(Rate other))) {
                return false;
            }
            long windows = Math.ceilDiv(other.window().toMillis(), rate.window().toMillis());
            return windows <= other.count() / rate.count();
        }
    }

    /** Only at these times of day. */
    record Between(List<Hours> hours) implements Term {
        boolean contains(Instant time) {
            return hours.stream().anyMatch(open -> open.contains(time));
        }

        @Override
        public Constraint constraint() {
            return new Constraint(
                    "between",
                    Comparison.EQUAL,
                    hours.stream().map(Hours::toString).sorted().toList());
        }

        @Override
        public boolean isWithin(Clause wider) {
            return wider instanceof Between(var others)
                    && hours.stream().allMatch(mine -> others.stream().anyMatch(mine::isWithin));
        }
    }

    /** From a minute of the day up to another one, which may be that of the next day; the end is not in it. */
    record Hours(LocalTime from, LocalTime to, ZoneId zone) {
        boolean contains(Instant time) {
            return contains(LocalTime.ofInstant(time, zone));
        }

        private boolean contains(LocalTime time) {
            return offset(time) < offset(to);
        }

        /** Two zones are never compared: where one of them changes its clocks, nothing holds all year. */
        boolean isWithin(Hours wider) {
            return zone.equals(wider.zone) && wider.offset(from) + offset(to) <= wider.offset(wider.to);
        }

        /** How long after {@code from} a time of day comes next; at the end of a window, a whole day is no offset. */
        private long offset(LocalTime time) {
            return Math.floorMod(time.toNanoOfDay() - from.toNanoOfDay(), LocalTime.MAX.toNanoOfDay() + 1);
        }

        @Override
        public String toString() {
            return from + "-" + to + (zone.equals(ZoneOffset.UTC) ? "" : "@" + zone);
        }
    }
}
