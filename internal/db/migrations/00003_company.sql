-- +goose Up
-- The company's side: who acts for it, what it answers and what it promises (R-20 to R-25, R-44 to R-46).

-- A person who acts for a company. Like a role, a mandate is given to a CPF before its owner has ever signed in.
CREATE TABLE mandate (
    id TEXT PRIMARY KEY,
    cpf TEXT NOT NULL,
    supplier_id TEXT NOT NULL REFERENCES supplier (id),
    role TEXT NOT NULL CHECK (role IN ('lead', 'agent')),
    basis TEXT NOT NULL, -- how the link was proved: govbr:SOCIO, document:ID, invitation:ID, seed
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    valid_to TEXT NOT NULL DEFAULT '9999-12-31', -- last day
    ended_at BIGINT
);
CREATE UNIQUE INDEX mandate_once ON mandate (cpf, supplier_id) WHERE ended_at IS NULL;
CREATE INDEX mandate_by_supplier ON mandate (supplier_id);

-- One case that an access code opened to an account, for a company without registration (R-22).
CREATE TABLE case_access (
    complaint_id TEXT NOT NULL REFERENCES complaint (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    opened_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, complaint_id)
);
CREATE INDEX case_access_by_complaint ON case_access (complaint_id);

ALTER TABLE complaint ADD COLUMN party_at BIGINT NOT NULL DEFAULT 0;       -- since when the company is party and sees the case; 0: it is not
ALTER TABLE complaint ADD COLUMN agent_id TEXT NOT NULL DEFAULT '';        -- account at the company that has the case
ALTER TABLE complaint ADD COLUMN agent_name TEXT NOT NULL DEFAULT '';
ALTER TABLE complaint ADD COLUMN answered_late BIGINT NOT NULL DEFAULT 0;  -- 1: the company answered after its time
ALTER TABLE complaint ADD COLUMN attendance_id TEXT NOT NULL DEFAULT '';   -- the first case of an attendance about several companies (R-25); empty: this one
UPDATE complaint SET party_at = filed_at WHERE route = 'direct';
CREATE INDEX complaint_inbox ON complaint (supplier_id, due_at, id) WHERE party_at > 0 AND state <> 'closed';
CREATE INDEX complaint_inbox_state ON complaint (supplier_id, state, due_at, id) WHERE party_at > 0;
CREATE INDEX complaint_inbox_agent ON complaint (supplier_id, agent_id, due_at, id) WHERE party_at > 0 AND state <> 'closed';
CREATE INDEX complaint_inbox_cpf ON complaint (supplier_id, consumer_cpf) WHERE party_at > 0;
CREATE INDEX complaint_attendance ON complaint (attendance_id) WHERE attendance_id <> '';

-- Kept at every change, as complaint_count, for the company's inbox.
CREATE TABLE inbox_count (
    supplier_id TEXT NOT NULL,
    state TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (supplier_id, state, agent_id)
);
INSERT INTO inbox_count (supplier_id, state, agent_id, n)
    SELECT supplier_id, state, '', count(*) FROM complaint WHERE party_at > 0 AND supplier_id IS NOT NULL GROUP BY supplier_id, state;

-- Who reads a message: all parties; the consumer and the officers; the company and the officers; officers only (a note
-- of theirs); the company only (a note of its own).
ALTER TABLE message ADD COLUMN thread TEXT NOT NULL DEFAULT 'consumer' CHECK (thread IN ('all', 'consumer', 'supplier', 'officers', 'company'));
UPDATE message SET thread = 'officers' WHERE audience = 'officers';
UPDATE message SET thread = 'all' WHERE audience = 'parties' AND complaint_id IN (SELECT id FROM complaint WHERE route = 'direct');

-- What the company answers, typed (R-24). The words are the message.
CREATE TABLE answer (
    message_id TEXT PRIMARY KEY REFERENCES message (id),
    complaint_id TEXT NOT NULL REFERENCES complaint (id),
    kind TEXT NOT NULL CHECK (kind IN ('full_offer', 'partial_offer', 'refusal', 'information')),
    relief TEXT NOT NULL DEFAULT '', -- as complaint.remedy
    amount_cents BIGINT NOT NULL DEFAULT 0,
    due_on TEXT NOT NULL DEFAULT '', -- the offer will be fulfilled by
    late BIGINT NOT NULL DEFAULT 0,
    at BIGINT NOT NULL
);
CREATE INDEX answer_by_complaint ON answer (complaint_id, at);

-- An offer the consumer accepted (R-23).
CREATE TABLE promise (
    message_id TEXT PRIMARY KEY REFERENCES answer (message_id),
    complaint_id TEXT NOT NULL REFERENCES complaint (id),
    due_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'asked', 'kept', 'broken')),
    at BIGINT NOT NULL,      -- accepted
    asked_at BIGINT NOT NULL DEFAULT 0,
    settled_at BIGINT NOT NULL DEFAULT 0 -- the consumer said whether it was kept
);
CREATE INDEX promise_open ON promise (due_on, message_id) WHERE state = 'open';
CREATE INDEX promise_by_complaint ON promise (complaint_id);
