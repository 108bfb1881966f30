-- +goose Up
-- Statements that make again what tables lack while very much is loaded into them (db.Bare); empty at all other times.

CREATE TABLE index_pending (
    position  BIGINT PRIMARY KEY,
    statement TEXT NOT NULL
);
