-- Grants that outlive their runtime. uses is null until something was counted; recent and spent are JSON.
CREATE TABLE grants (
    id            INTEGER PRIMARY KEY,
    holder_kind   TEXT    NOT NULL,
    holder_name   TEXT    NOT NULL,
    capability    TEXT    NOT NULL,
    parent        INTEGER,
    origin        TEXT    NOT NULL,
    created_s     INTEGER NOT NULL,
    created_ns    INTEGER NOT NULL,
    by_kind       TEXT    NOT NULL,
    by_name       TEXT    NOT NULL,
    uses          INTEGER,
    denials       INTEGER,
    bytes         INTEGER,
    last_use_s    INTEGER,
    last_use_ns   INTEGER,
    recent        TEXT,
    spent         TEXT
) STRICT
;
CREATE INDEX grants_holder ON grants (holder_kind, holder_name, id)
;
CREATE INDEX grants_parent ON grants (parent) WHERE parent IS NOT NULL
;
-- What was derived from a grant that has ended has ended too, without a row of its own. The end may come before the grant: whoever
-- revokes does not wait for a batch with the grant that is on its way.
CREATE TABLE grant_ends (
    grant_id INTEGER PRIMARY KEY,
    time_s   INTEGER NOT NULL,
    time_ns  INTEGER NOT NULL,
    by_kind  TEXT    NOT NULL,
    by_name  TEXT    NOT NULL,
    reason   TEXT    NOT NULL
) STRICT
;
CREATE INDEX grant_ends_time ON grant_ends (time_s)
;
-- One row: how far numbers of grants are taken.
CREATE TABLE grant_ids (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    reserved INTEGER NOT NULL
) STRICT
;
INSERT INTO grant_ids (id, reserved) VALUES (1, 0)
;
