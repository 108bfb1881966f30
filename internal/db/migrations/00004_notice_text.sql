-- +goose Up
-- The words of notices that an agency changed (R-19). The latest version counts; one without words is back to ours.
CREATE TABLE notice_text (
    agency_id TEXT NOT NULL REFERENCES agency (id),
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    button TEXT NOT NULL,
    changed_by TEXT NOT NULL REFERENCES account (id),
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, kind, version)
);
