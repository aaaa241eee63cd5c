package dev.agentos.api.security;

/** One constraint, understood and checked: a term of the grant or a test of an attribute. */
sealed interface Clause permits Term, AttributeTest {

    /** The canonical public form. */
    Constraint constraint();

    /** Key and operator: a capability has one clause of each. */
    default String id() {
        return constraint().key() + constraint().comparison().symbol();
    }

    /** Whether another has the same id. */
    boolean isAkin(Clause other);

    /** Whether this is as strict as another of the same id, or stricter. */
    boolean isWithin(Clause wider);

    /**
     * Returns what satisfies both, of the same id.
     *
     * @throws IllegalArgumentException if that cannot be said in one clause, or is nothing
     */
    default Clause narrowed(Clause other) {
        if (isWithin(other)) {
            return this;
        }
        if (other.isWithin(this)) {
            return other;
        }
        throw new IllegalArgumentException(
                "'" + other.constraint() + "' cannot be combined with '" + constraint() + "'");
    }
}
