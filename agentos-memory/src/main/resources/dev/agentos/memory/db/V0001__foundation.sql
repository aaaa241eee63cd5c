-- A statement ends with a semicolon alone on its line.
-- Times are two numbers, seconds since 1970 (_s) and the nanoseconds of that second (_ns): exact, sortable, and the same everywhere.

-- One row, which is also what a commit touches that has nothing else to write but has to reach the disk.
CREATE TABLE store (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    syncs   INTEGER NOT NULL
) STRICT
;
INSERT INTO store (id, syncs) VALUES (1, 0)
;
-- position is the order of the first commit of each agent.
CREATE TABLE agents (
    position    INTEGER PRIMARY KEY,
    address     TEXT    NOT NULL,
    incarnation INTEGER NOT NULL,
    owner_kind  TEXT    NOT NULL,
    owner_name  TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    since_s     INTEGER NOT NULL,
    since_ns    INTEGER NOT NULL,
    labels      TEXT    NOT NULL,
    UNIQUE (address, incarnation)
) STRICT
;
CREATE INDEX agents_incarnation ON agents (incarnation)
;
-- agent is the address of the principal where that is an agent; more is the JSON of a decision's own parts.
CREATE TABLE actions (
    sequence       INTEGER PRIMARY KEY,
    time_s         INTEGER NOT NULL,
    time_ns        INTEGER NOT NULL,
    principal_kind TEXT    NOT NULL,
    principal_name TEXT    NOT NULL,
    agent          TEXT,
    type           TEXT    NOT NULL,
    resource       TEXT    NOT NULL,
    verb           TEXT    NOT NULL,
    attributes     TEXT    NOT NULL,
    decision       TEXT    NOT NULL,
    decision_more  TEXT    NOT NULL,
    outcome        TEXT    NOT NULL,
    detail         TEXT    NOT NULL,
    took_s         INTEGER NOT NULL,
    took_ns        INTEGER NOT NULL
) STRICT
;
CREATE INDEX actions_agent ON actions (agent, sequence)
;
CREATE INDEX actions_refused ON actions (sequence) WHERE decision <> 'ALLOW'
;
-- data_type says how to read data: system:<type>, or the class of a user's record; data_form whether it is JSON or plain text.
CREATE TABLE events (
    sequence    INTEGER PRIMARY KEY,
    time_s      INTEGER NOT NULL,
    time_ns     INTEGER NOT NULL,
    agent       TEXT,
    incarnation INTEGER,
    type        TEXT    NOT NULL,
    data_type   TEXT    NOT NULL,
    data_form   TEXT    NOT NULL,
    data        TEXT    NOT NULL
) STRICT
;
CREATE INDEX events_type ON events (type, sequence)
;
CREATE TABLE dead_letters (
    sequence     INTEGER PRIMARY KEY,
    time_s       INTEGER NOT NULL,
    time_ns      INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    detail       TEXT    NOT NULL,
    message_id   INTEGER NOT NULL,
    sender       TEXT    NOT NULL,
    recipient    TEXT    NOT NULL,
    type         TEXT    NOT NULL,
    payload_type TEXT    NOT NULL,
    payload_form TEXT    NOT NULL,
    payload      TEXT    NOT NULL,
    correlation  INTEGER NOT NULL,
    causation    INTEGER NOT NULL,
    sent_s       INTEGER NOT NULL,
    sent_ns      INTEGER NOT NULL,
    headers      TEXT    NOT NULL
) STRICT
;
