package dev.agentos.biscuit;

import java.time.Instant;

/** What the facts and checks of a token are called. */
final class Words {
    static final String TOKEN = "agentos_token";
    static final String CAPABILITY = "capability";
    static final String HOLDER = "holder";
    static final String HANDOVER = "handover";
    static final String USING = "using";
    static final String AUDIENCE = "audience";
    static final String TIME = "time";

    /** The end of the year 9999. */
    static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private Words() {}
}
