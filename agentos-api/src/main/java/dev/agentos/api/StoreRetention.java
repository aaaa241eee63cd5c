package dev.agentos.api;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a store keeps history. What is older than the age, or beyond the number of rows, is deleted, the oldest first;
 * unhandled messages and the rows of living agents never are.
 *
 * @param events of events; 30 days and 1,000,000 rows unless said
 * @param actions of records of actions; 90 days and 1,000,000 rows unless said. Grants that have ended, and all that was derived from
 *     them, are kept for the same time
 * @param messages of messages that are done with; 30 days and 1,000,000 rows unless said
 * @param deadLetters of dead letters; 90 days and 100,000 rows unless said
 * @param lines of lines of conversations; for ever unless said
 * @param entries of long-term entries that have ended or expired: how long until they are deleted; 30 days unless said.
 *     Beyond its number of rows a namespace loses entries that hold, the least important first, then the oldest
 * @param approvals of approvals that are settled, and of which no turn that may run again makes use any more; 90 days and 100,000
 *     rows unless said. The newest stays in any case: tickets are numbered on after it
 * @since 0.2
 */
public record StoreRetention(
        Keep events, Keep actions, Keep messages, Keep deadLetters, Keep lines, Keep entries, Keep approvals) {
    /** What there is no bound for. */
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    /**
     * How long and how much.
     *
     * @param age at most this old
     * @param rows at most so many; of lines in each conversation, of entries in each namespace
     */
    public record Keep(Duration age, long rows) {
        /** Checks the bounds. */
        public Keep {
            if (age.isNegative()) {
                throw new IllegalArgumentException("an age is not negative: " + age);
            }
            if (rows < 0) {
                throw new IllegalArgumentException("a number of rows is not negative: " + rows);
            }
        }

        /** {@return no bound} */
        public static Keep all() {
            return new Keep(FOR_EVER, Long.MAX_VALUE);
        }

        /** {@return a bound by age alone} */
        public static Keep days(long days) {
            return new Keep(Duration.ofDays(days), Long.MAX_VALUE);
        }

        /** {@return the same, with a bound by number} */
        public Keep rows(long most) {
            return new Keep(age, most);
        }

        /** {@return whether nothing is ever too old} */
        public boolean forEver() {
            return age.equals(FOR_EVER);
        }
    }

    /** Checks that nothing is missing. */
    public StoreRetention {
        Objects.requireNonNull(events, "events");
        Objects.requireNonNull(actions, "actions");
        Objects.requireNonNull(messages, "messages");
        Objects.requireNonNull(deadLetters, "deadLetters");
        Objects.requireNonNull(lines, "lines");
        Objects.requireNonNull(entries, "entries");
        Objects.requireNonNull(approvals, "approvals");
    }

    /** {@return a builder that starts from the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return what holds unless something else is said} */
    public static StoreRetention defaults() {
        return builder().build();
    }

    /** Collects the parts of a retention. Not thread-safe. */
    public static final class Builder {
        private static final long MILLION = 1_000_000;

        private Keep events = Keep.days(30).rows(MILLION);
        private Keep actions = Keep.days(90).rows(MILLION);
        private Keep messages = Keep.days(30).rows(MILLION);
        private Keep deadLetters = Keep.days(90).rows(100_000);
        private Keep lines = Keep.all();
        private Keep entries = Keep.days(30);
        private Keep approvals = Keep.days(90).rows(100_000);

        private Builder() {}

        /** Of events. */
        public Builder events(Keep bound) {
            events = bound;
            return this;
        }

        /** Of records of actions. */
        public Builder actions(Keep bound) {
            actions = bound;
            return this;
        }

        /** Of messages that are done with. */
        public Builder messages(Keep bound) {
            messages = bound;
            return this;
        }

        /** Of dead letters. */
        public Builder deadLetters(Keep bound) {
            deadLetters = bound;
            return this;
        }

        /** Of lines of conversations. */
        public Builder lines(Keep bound) {
            lines = bound;
            return this;
        }

        /** Of long-term entries that have ended or expired. */
        public Builder entries(Keep bound) {
            entries = bound;
            return this;
        }

        /** Of approvals that are settled. */
        public Builder approvals(Keep bound) {
            approvals = bound;
            return this;
        }

        /** {@return the retention} May be called again. */
        public StoreRetention build() {
            return new StoreRetention(events, actions, messages, deadLetters, lines, entries, approvals);
        }
    }
}
