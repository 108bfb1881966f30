-- +goose Up
-- The words of a search text are folded stems with single spaces between: PostgreSQL need not look for words in it, nor
-- keep their places, which took as long as all else of storing a case, and a quarter of the table. A program from before
-- finds the same.

--postgres DROP INDEX complaint_search_words;
--postgres ALTER TABLE complaint_search DROP COLUMN words;
--postgres ALTER TABLE complaint_search ADD COLUMN words tsvector GENERATED ALWAYS AS (array_to_tsvector(array_remove(string_to_array(text, ' '), ''))) STORED;
--postgres CREATE INDEX complaint_search_words ON complaint_search USING gin (words);
