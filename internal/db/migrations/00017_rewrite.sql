-- +goose Up
-- A row for each time rows were sealed since the database was last written anew: until then the disk may hold what they
-- held before (R-55). Empty at all other times.

CREATE TABLE rewrite_pending (
    id TEXT PRIMARY KEY
);
