-- What a durable agent is brought back from, as JSON.
ALTER TABLE agents ADD COLUMN spec TEXT
;
ALTER TABLE events ADD COLUMN correlation INTEGER
;
CREATE INDEX events_correlation ON events (correlation, sequence) WHERE correlation IS NOT NULL
;
ALTER TABLE dead_letters ADD COLUMN redelivered_s INTEGER
;
ALTER TABLE dead_letters ADD COLUMN redelivered_ns INTEGER
;
-- One row: how far numbers of messages are taken.
CREATE TABLE message_ids (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    reserved INTEGER NOT NULL
) STRICT
;
INSERT INTO message_ids (id, reserved) VALUES (1, 0)
;
-- position is the order of commits, which is the order of an inbox; inbox is the agent that a message waits for, if it is kept for one.
CREATE TABLE messages (
    position          INTEGER PRIMARY KEY,
    id                INTEGER NOT NULL UNIQUE,
    inbox             TEXT,
    inbox_incarnation INTEGER,
    stage             TEXT    NOT NULL,
    attempts          INTEGER NOT NULL,
    sender            TEXT    NOT NULL,
    recipient         TEXT    NOT NULL,
    type              TEXT    NOT NULL,
    payload_type      TEXT    NOT NULL,
    payload_form      TEXT    NOT NULL,
    payload           TEXT    NOT NULL,
    correlation       INTEGER NOT NULL,
    causation         INTEGER NOT NULL,
    sent_s            INTEGER NOT NULL,
    sent_ns           INTEGER NOT NULL,
    headers           TEXT    NOT NULL
) STRICT
;
CREATE INDEX messages_inbox ON messages (inbox, inbox_incarnation, position) WHERE stage = 'PENDING'
;
CREATE INDEX messages_correlation ON messages (correlation, id)
;
-- What retention walks, the oldest first.
CREATE INDEX messages_settled ON messages (position) WHERE stage <> 'PENDING'
;
-- A key without a value keeps its version: else a key that was removed and put again would have the version that somebody has read
-- before, and he would overwrite what he has never seen.
CREATE TABLE working (
    namespace  TEXT    NOT NULL,
    session    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    value      TEXT,
    version    INTEGER NOT NULL,
    time_s     INTEGER NOT NULL,
    time_ns    INTEGER NOT NULL,
    expires_s  INTEGER,
    expires_ns INTEGER,
    PRIMARY KEY (namespace, session, name)
) STRICT
;
CREATE INDEX working_expires ON working (expires_s) WHERE expires_s IS NOT NULL
;
CREATE INDEX working_gone ON working (time_s) WHERE value IS NULL
;
-- last is the position of the newest line, also when retention has deleted it: positions are never given twice.
CREATE TABLE conversations (
    id        INTEGER PRIMARY KEY,
    namespace TEXT    NOT NULL,
    session   TEXT    NOT NULL,
    last      INTEGER NOT NULL,
    UNIQUE (namespace, session)
) STRICT
;
-- once marks an addition that a turn may repeat when it runs again.
CREATE TABLE lines (
    conversation INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    role         TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    call         TEXT,
    tokens       INTEGER NOT NULL,
    time_s       INTEGER NOT NULL,
    time_ns      INTEGER NOT NULL,
    covers       INTEGER,
    once         TEXT,
    PRIMARY KEY (conversation, position)
) STRICT
;
CREATE UNIQUE INDEX lines_once ON lines (conversation, once) WHERE once IS NOT NULL
;
CREATE INDEX lines_role ON lines (conversation, role, position)
;
CREATE INDEX lines_time ON lines (time_s)
;
