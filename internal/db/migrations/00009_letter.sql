-- +goose Up
-- Letters to companies, numbered in series, and the access codes they carry (R-22, R-38).

CREATE TABLE letter_counter (
    agency_id TEXT NOT NULL REFERENCES agency (id),
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (agency_id, kind, year)
);

CREATE TABLE letter (
    id TEXT PRIMARY KEY,
    complaint_id TEXT NOT NULL REFERENCES complaint (id),
    agency_id TEXT NOT NULL REFERENCES agency (id), -- whose series
    kind TEXT NOT NULL CHECK (kind IN ('cip')),
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('portal', 'email', 'post')),
    email TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    data TEXT NOT NULL, -- JSON: what is printed, as it was at issue
    clock_rule TEXT NOT NULL, -- id and version of the deadline rule in force at issue (R-29)
    issued_by TEXT NOT NULL, -- name of the officer
    issued_at BIGINT NOT NULL,
    tracking TEXT NOT NULL DEFAULT '',
    delivered_on TEXT NOT NULL DEFAULT '', -- day on the receipt of delivery
    returned_on TEXT NOT NULL DEFAULT '',
    opened_at BIGINT NOT NULL DEFAULT 0,
    code_handle TEXT NOT NULL DEFAULT '', -- first group of the code, by which its letter is found; empty: no code in force
    code_hash TEXT NOT NULL DEFAULT '',
    code_expires_at BIGINT NOT NULL DEFAULT 0,
    code_tries BIGINT NOT NULL DEFAULT 0, -- wrong ones; the code dies of ten
    code_used_by TEXT NOT NULL DEFAULT '', -- account
    code_used_at BIGINT NOT NULL DEFAULT 0,
    UNIQUE (agency_id, kind, year, number)
);
CREATE INDEX letter_by_complaint ON letter (complaint_id);
CREATE UNIQUE INDEX letter_by_code ON letter (code_handle) WHERE code_handle <> '';

-- Wrong codes that an account typed within an hour.
CREATE TABLE code_try (
    account_id TEXT PRIMARY KEY REFERENCES account (id),
    since_at BIGINT NOT NULL,
    wrong BIGINT NOT NULL
);
