-- Grants that outlive their runtime. uses is null until something was counted; recent and spent are JSON. What was derived from a grant
-- that has ended has ended too, without a mark of its own.
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
    spent         TEXT,
    ended_s       INTEGER,
    ended_ns      INTEGER,
    ended_by_kind TEXT,
    ended_by_name TEXT,
    end_reason    TEXT
) STRICT
;
CREATE INDEX grants_holder ON grants (holder_kind, holder_name, id) WHERE ended_s IS NULL
;
CREATE INDEX grants_living ON grants (id) WHERE ended_s IS NULL
;
CREATE INDEX grants_parent ON grants (parent) WHERE parent IS NOT NULL
;
CREATE INDEX grants_ended ON grants (ended_s) WHERE ended_s IS NOT NULL
;
-- One row: how far numbers of grants are taken.
CREATE TABLE grant_ids (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    reserved INTEGER NOT NULL
) STRICT
;
INSERT INTO grant_ids (id, reserved) VALUES (1, 0)
;
