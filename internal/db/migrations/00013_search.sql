-- +goose Up
-- PostgreSQL keeps the words of a search text beside it, and an order by age: a word that most cases have is then looked
-- for from the newest on, without reading all of them (Q-3). SQLite's FTS5 does that already. A program from before
-- still finds, more slowly.

--postgres ALTER TABLE complaint_search ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED;
--postgres CREATE INDEX complaint_search_words ON complaint_search USING gin (words);
--postgres CREATE INDEX complaint_search_newest ON complaint_search (id);
--postgres DROP INDEX complaint_search_text;
