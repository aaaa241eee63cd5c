package dev.agentos.api.message;

/**
 * A payload that says what answers it, so that {@code ask} is typed: {@code record Quote(String symbol) implements
 * Request<Price> {}}.
 *
 * @param <R> the type of the answer
 * @since 0.1
 */
public interface Request<R> {
    /**
     * {@return the class of the answer; an answer of another class fails the ask} Read from the type argument; override it
     * where that is a type variable.
     */
    @SuppressWarnings("unchecked") // the type argument of this very class says that it is R
    default Class<R> replyType() {
        return (Class<R>) ReplyTypes.of(getClass());
    }
}
