-- +goose Up
-- SQLite's index of the words of search texts: without positions (nobody searches for phrases) it is smaller, quicker to
-- write and quicker to search, and the ids of what is found come from an index of their own, not from the long texts
-- (Q-3). The texts themselves are an ordinary table now. PostgreSQL has all that from 00013.

--sqlite ALTER TABLE complaint_search RENAME TO complaint_search_before;
--sqlite CREATE TABLE complaint_search (
--sqlite n    INTEGER PRIMARY KEY, -- in the order of arrival; no other table knows it
--sqlite id   TEXT NOT NULL,
--sqlite text TEXT NOT NULL
--sqlite );
--sqlite INSERT INTO complaint_search (id, text) SELECT id, text FROM complaint_search_before ORDER BY rowid;
--sqlite DROP TABLE complaint_search_before;
--sqlite CREATE INDEX complaint_search_ids ON complaint_search (n, id);
--sqlite CREATE VIRTUAL TABLE complaint_search_words USING fts5 (text, content = 'complaint_search', content_rowid = 'n', detail = 'none', columnsize = 0, tokenize = 'unicode61');
--sqlite INSERT INTO complaint_search_words (complaint_search_words) VALUES ('rebuild');

--sqlite -- +goose StatementBegin
--sqlite CREATE TRIGGER complaint_search_added AFTER INSERT ON complaint_search BEGIN
--sqlite INSERT INTO complaint_search_words (rowid, text) VALUES (new.n, new.text);
--sqlite END;
--sqlite -- +goose StatementEnd

--sqlite -- +goose StatementBegin
--sqlite CREATE TRIGGER complaint_search_removed AFTER DELETE ON complaint_search BEGIN
--sqlite INSERT INTO complaint_search_words (complaint_search_words, rowid, text) VALUES ('delete', old.n, old.text);
--sqlite END;
--sqlite -- +goose StatementEnd

--sqlite -- +goose StatementBegin
--sqlite CREATE TRIGGER complaint_search_changed AFTER UPDATE ON complaint_search BEGIN
--sqlite INSERT INTO complaint_search_words (complaint_search_words, rowid, text) VALUES ('delete', old.n, old.text);
--sqlite INSERT INTO complaint_search_words (rowid, text) VALUES (new.n, new.text);
--sqlite END;
--sqlite -- +goose StatementEnd
