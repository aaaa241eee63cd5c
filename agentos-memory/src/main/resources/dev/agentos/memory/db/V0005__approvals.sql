-- What waits for a person, or has: actions, arguments and reasons are JSON, edited the arguments that somebody wanted instead.
-- turn, what and occurrence say where a durable agent has asked; they are null when nobody comes back there.
CREATE TABLE approvals (
    ticket         INTEGER PRIMARY KEY,
    version        INTEGER NOT NULL,
    kind           TEXT    NOT NULL,
    principal_kind TEXT    NOT NULL,
    principal_name TEXT    NOT NULL,
    actions        TEXT    NOT NULL,
    arguments      TEXT    NOT NULL,
    capability     TEXT    NOT NULL,
    reasons        TEXT    NOT NULL,
    requested_s    INTEGER NOT NULL,
    requested_ns   INTEGER NOT NULL,
    expires_s      INTEGER NOT NULL,
    expires_ns     INTEGER NOT NULL,
    state          TEXT    NOT NULL,
    settled_s      INTEGER,
    settled_ns     INTEGER,
    settled_kind   TEXT,
    settled_name   TEXT,
    settled_reason TEXT,
    edited         TEXT,
    begun          INTEGER NOT NULL,
    turn           TEXT,
    what           TEXT,
    occurrence     INTEGER
) STRICT
;
CREATE INDEX approvals_open ON approvals (ticket) WHERE state = 'PENDING' OR turn IS NOT NULL
;
