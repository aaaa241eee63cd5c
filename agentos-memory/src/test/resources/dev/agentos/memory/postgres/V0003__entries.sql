-- Words by their stems, stop words among them: which words of a question tell nothing is decided before, for every database alike.
CREATE TEXT SEARCH DICTIONARY agentos_stem (TEMPLATE = snowball, Language = english)
;
CREATE TEXT SEARCH CONFIGURATION agentos (COPY = simple)
;
ALTER TEXT SEARCH CONFIGURATION agentos
    ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part WITH agentos_stem
;
-- The schema in which it is made is where the configuration is, whoever calls it.
CREATE FUNCTION entry_words(body TEXT, surroundings TEXT) RETURNS tsvector LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT setweight(to_tsvector('agentos', body), 'A') || setweight(to_tsvector('agentos', surroundings), 'B')
$$
;
ALTER TABLE entries ADD COLUMN words tsvector GENERATED ALWAYS AS (entry_words(text, surroundings)) STORED
;
CREATE INDEX entries_words ON entries USING gin (words)
;
-- An entry whose metadata cannot be searched for would be found without them, and not with them: it is not taken.
ALTER TABLE entries ADD CONSTRAINT entries_metadata_is_json CHECK (metadata::jsonb IS NOT NULL)
;
CREATE FUNCTION entries_deleted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM entry_vectors WHERE entry = old.position;
    UPDATE entry_namespaces SET generation = generation + 1 WHERE number = old.namespace;
    RETURN NULL;
END
$$
;
CREATE TRIGGER entries_deleted AFTER DELETE ON entries FOR EACH ROW EXECUTE FUNCTION entries_deleted()
;
