-- Long-term memory. The full-text index and the vectors are made from the entries; triggers keep them in step, whoever deletes.

-- A namespace by a number, so that it is one word of the index. generation changes when vectors of it go away or change, not when
-- some are added: what is kept of them in memory is read again then.
CREATE TABLE entry_namespaces (
    number      INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    generation  INTEGER NOT NULL DEFAULT 0
) STRICT
;
-- position is the order of the commits. An id may be in two namespaces: in one it must tell nothing of another.
CREATE TABLE entries (
    position      INTEGER PRIMARY KEY,
    id            TEXT    NOT NULL,
    namespace     INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    text          TEXT    NOT NULL,
    surroundings  TEXT    NOT NULL,
    metadata      TEXT    NOT NULL,
    importance    REAL    NOT NULL,
    time_s        INTEGER NOT NULL,
    time_ns       INTEGER NOT NULL,
    remembered_s  INTEGER NOT NULL,
    remembered_ns INTEGER NOT NULL,
    expires_s     INTEGER,
    expires_ns    INTEGER,
    ended_s       INTEGER,
    ended_ns      INTEGER,
    supersedes    TEXT,
    UNIQUE (namespace, id)
) STRICT
;
CREATE INDEX entries_namespace ON entries (namespace, position)
;
-- What retention deletes.
CREATE INDEX entries_ended ON entries (ended_s) WHERE ended_s IS NOT NULL
;
CREATE INDEX entries_expires ON entries (expires_s) WHERE expires_s IS NOT NULL
;
-- signs has one bit per number, set where it is positive; vector the numbers, four bytes each, little-endian.
CREATE TABLE entry_vectors (
    entry       INTEGER PRIMARY KEY,
    namespace   INTEGER NOT NULL,
    model       TEXT    NOT NULL,
    dimensions  INTEGER NOT NULL,
    signs       BLOB    NOT NULL,
    vector      BLOB    NOT NULL
) STRICT
;
-- With the signs, so that a search of many vectors reads them from here alone.
CREATE INDEX entry_vectors_namespace ON entry_vectors (namespace, model, dimensions, entry, signs)
;
-- What the index is made from, and compared with. ns is one word: the number of the namespace after a character of private use
-- (U+E000), which no word of a question has. So nobody can ask for a namespace by a word, and words need not be kept to two columns,
-- which would make counting them some four times slower.
CREATE VIEW entry_words AS
    SELECT position, text, surroundings, char(57344) || namespace AS ns FROM entries
;
CREATE VIRTUAL TABLE entries_fts USING fts5 (
    text, surroundings, ns, content = 'entry_words', content_rowid = 'position', tokenize = 'porter unicode61'
)
;
-- Or a deleted word would stay in the file until its part of the index is next merged.
INSERT INTO entries_fts (entries_fts, rank) VALUES ('secure-delete', 1)
;
CREATE TRIGGER entries_added AFTER INSERT ON entries BEGIN
    INSERT INTO entries_fts (rowid, text, surroundings, ns)
        VALUES (new.position, new.text, new.surroundings, char(57344) || new.namespace);
END
;
CREATE TRIGGER entries_deleted AFTER DELETE ON entries BEGIN
    INSERT INTO entries_fts (entries_fts, rowid, text, surroundings, ns)
        VALUES ('delete', old.position, old.text, old.surroundings, char(57344) || old.namespace);
    DELETE FROM entry_vectors WHERE entry = old.position;
    UPDATE entry_namespaces SET generation = generation + 1 WHERE number = old.namespace;
END
;
