-- +goose Up
-- Letters of an agency to companies, numbered in series (R-22, R-38), and the codes that open a case by them.

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
    agency_id TEXT NOT NULL REFERENCES agency (id),
    kind TEXT NOT NULL CHECK (kind IN ('cip')),
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'post', 'portal')),
    email TEXT NOT NULL DEFAULT '',
    paper TEXT NOT NULL,               -- JSON: what the letter says, as it was issued
    clock_rule TEXT NOT NULL,          -- of the clock it started: a delivery later counts by the same rule (R-29)
    tracking TEXT NOT NULL DEFAULT '',
    issued_by TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL DEFAULT 0, -- the mail left
    failure TEXT NOT NULL DEFAULT '',  -- why the mail did not leave
    delivered_on TEXT NOT NULL DEFAULT '',
    returned_on TEXT NOT NULL DEFAULT '',
    read_at BIGINT NOT NULL DEFAULT 0,
    codes BIGINT NOT NULL DEFAULT 0,   -- how many were made; only the last one opens
    code_at BIGINT NOT NULL DEFAULT 0,
    code_name TEXT NOT NULL DEFAULT '',-- the first group of the code, by which its wrong tries are counted
    code_hash TEXT NOT NULL DEFAULT '',
    code_expires_at BIGINT NOT NULL DEFAULT 0,
    code_tries BIGINT NOT NULL DEFAULT 0,
    code_used_by TEXT NOT NULL DEFAULT '',
    code_used_at BIGINT NOT NULL DEFAULT 0,
    UNIQUE (agency_id, kind, year, number)
);
CREATE INDEX letter_by_complaint ON letter (complaint_id, issued_at);
CREATE INDEX letter_by_code ON letter (code_name) WHERE code_name <> '';

-- Wrong codes typed by an account within the last hour.
CREATE TABLE code_miss (
    account_id TEXT NOT NULL REFERENCES account (id),
    at BIGINT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (account_id, at, id)
);
