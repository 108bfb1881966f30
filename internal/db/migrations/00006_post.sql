-- +goose Up
-- Answers to our mails, and mails that came back (R-19).

ALTER TABLE notice ADD COLUMN bounced_at BIGINT;                       -- the mail came back; NULL: it did not
ALTER TABLE notice ADD COLUMN bounce_reason TEXT NOT NULL DEFAULT ''; -- RFC 3463 status such as 5.1.1; may be empty

-- The address to which the answer to one mail goes, and whose words an answer is.
CREATE TABLE reply_token (
    token TEXT PRIMARY KEY, -- hash
    notice_id TEXT NOT NULL,
    complaint_id TEXT NOT NULL REFERENCES complaint (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    role TEXT NOT NULL CHECK (role IN ('consumer', 'supplier')),
    created_at BIGINT NOT NULL
);
CREATE INDEX reply_token_by_notice ON reply_token (notice_id);

-- What became of each mail that came for a case.
CREATE TABLE mail_in (
    mail TEXT PRIMARY KEY, -- hash of Message-ID, author and reply address: the same mail is taken once
    complaint_id TEXT NOT NULL REFERENCES complaint (id),
    account_id TEXT NOT NULL, -- to whom the answered mail had gone
    role TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('taken', 'refused', 'too_late', 'stranger', 'automatic')),
    why TEXT NOT NULL DEFAULT '',    -- what did not get in, as its sender was told
    folded TEXT NOT NULL DEFAULT '', -- quotes and signature, which are not part of the message
    at BIGINT NOT NULL
);
CREATE INDEX mail_in_by_complaint ON mail_in (complaint_id, at);
