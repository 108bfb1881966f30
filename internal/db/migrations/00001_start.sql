-- +goose Up
-- One text for both engines; db/dialect.go says what is rewritten. *_at: unix microseconds UTC; *_on: YYYY-MM-DD.

CREATE TABLE municipality (
    id TEXT PRIMARY KEY CHECK (length(id) = 7), -- IBGE code
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL
);
CREATE INDEX municipality_by_name ON municipality (sort_key);

CREATE TABLE agency (
    id TEXT PRIMARY KEY,
    code TEXT UNIQUE CHECK (length(code) = 4), -- in protocol numbers; only agencies that work on this installation
    kind TEXT NOT NULL CHECK (kind IN ('state', 'municipal')),
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    municipality_id TEXT NOT NULL REFERENCES municipality (id), -- seat
    installed BIGINT NOT NULL CHECK (installed IN (0, 1)),
    address TEXT NOT NULL DEFAULT '',
    hours TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    site TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    brand TEXT NOT NULL DEFAULT '',        -- colours #rrggbb of the theme; empty: the default
    brand_strong TEXT NOT NULL DEFAULT '',
    brand_soft TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    source_on TEXT NOT NULL DEFAULT '' -- as precise as the source: 2025-09-11, 2025-11, 2020
);

CREATE TABLE jurisdiction_rule (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('presence', 'agreement', 'override')),
    residence TEXT NOT NULL REFERENCES municipality (id),
    fact_in TEXT NOT NULL DEFAULT '',       -- municipality of the fact; empty: anywhere
    supplier_seat TEXT NOT NULL DEFAULT '', -- municipality of the supplier's seat; empty: anywhere
    presence TEXT NOT NULL CHECK (presence IN ('present', 'absent', 'unknown')),
    agency_id TEXT REFERENCES agency (id), -- who then serves; NULL: nobody but the state
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL DEFAULT '9999-12-31',
    reason TEXT NOT NULL, -- shown to the person
    source TEXT NOT NULL DEFAULT ''
);
CREATE INDEX jurisdiction_rule_by_residence ON jurisdiction_rule (residence);

-- An officer opens the state's form to one person whom the rules send elsewhere (R-4).
CREATE TABLE form_release (
    id TEXT PRIMARY KEY,
    cpf TEXT NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agency (id),
    reason TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    valid_to TEXT NOT NULL
);
CREATE INDEX form_release_by_cpf ON form_release (cpf);

CREATE TABLE route_count (
    on_day TEXT NOT NULL,
    destination TEXT NOT NULL,
    municipality_id TEXT NOT NULL, -- IBGE code, or a state's two letters
    agency_id TEXT NOT NULL DEFAULT '',
    n BIGINT NOT NULL,
    PRIMARY KEY (on_day, destination, municipality_id, agency_id)
);

CREATE TABLE closure (
    agency_id TEXT NOT NULL REFERENCES agency (id),
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (agency_id, from_on)
);

CREATE TABLE deadline_rule (
    id TEXT PRIMARY KEY,
    agency_id TEXT NOT NULL DEFAULT '', -- empty: every agency without a rule of its own
    route TEXT NOT NULL CHECK (route IN ('direct', 'agency')),
    state TEXT NOT NULL,
    version TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount BETWEEN 1 AND 3660),
    unit TEXT NOT NULL CHECK (unit IN ('business', 'calendar')),
    valid_from TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE INDEX deadline_rule_by_state ON deadline_rule (route, state);

CREATE TABLE supplier (
    id TEXT PRIMARY KEY,
    cnpj TEXT UNIQUE CHECK (length(cnpj) = 14),
    trade_name TEXT NOT NULL,
    legal_name TEXT NOT NULL DEFAULT '',
    segment TEXT NOT NULL DEFAULT '',
    seat TEXT NOT NULL DEFAULT '', -- municipality, IBGE code
    registered_at BIGINT,          -- signed the terms of the direct channel; NULL: not registered
    answer_days BIGINT NOT NULL DEFAULT 10,
    created_at BIGINT NOT NULL
);
CREATE TABLE supplier_name (
    supplier_id TEXT NOT NULL REFERENCES supplier (id),
    kind TEXT NOT NULL CHECK (kind IN ('trade', 'legal', 'former', 'alias')),
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (supplier_id, kind, folded)
);
CREATE INDEX supplier_name_by_folded ON supplier_name (folded);
CREATE TABLE supplier_gram (
    gram TEXT NOT NULL,
    supplier_id TEXT NOT NULL REFERENCES supplier (id),
    PRIMARY KEY (gram, supplier_id)
);

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    cpf TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL,
    social_name TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    email_confirmed_at BIGINT, -- NULL: typed, not yet confirmed by link
    phone TEXT NOT NULL DEFAULT '',
    level TEXT NOT NULL CHECK (level IN ('bronze', 'silver', 'gold')),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX account_by_cpf ON account (cpf);

CREATE TABLE role_grant (
    id TEXT PRIMARY KEY,
    cpf TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('officer', 'manager', 'admin')),
    agency_id TEXT NOT NULL REFERENCES agency (id),
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX role_grant_once ON role_grant (cpf, role, agency_id) WHERE revoked_at IS NULL;

CREATE TABLE session (
    token TEXT PRIMARY KEY, -- hash of the cookie's value
    account_id TEXT NOT NULL DEFAULT '', -- empty: before sign-in
    data TEXT NOT NULL,
    agent TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE email_confirmation (
    token TEXT PRIMARY KEY, -- hash of the link's secret
    account_id TEXT NOT NULL REFERENCES account (id),
    email TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    complaint_id TEXT -- set once submitted
);
CREATE INDEX draft_by_account ON draft (account_id, touched_at);
CREATE INDEX draft_by_touch ON draft (touched_at);

CREATE TABLE protocol_counter (
    year BIGINT NOT NULL,
    agency_code TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (year, agency_code)
);

CREATE TABLE complaint (
    id TEXT PRIMARY KEY,
    protocol TEXT NOT NULL UNIQUE,
    agency_id TEXT NOT NULL REFERENCES agency (id),
    route TEXT NOT NULL CHECK (route IN ('direct', 'agency')),
    state TEXT NOT NULL,
    resume_state TEXT NOT NULL DEFAULT '', -- where awaiting_consumer goes back to
    outcome TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL,
    officer_id TEXT NOT NULL DEFAULT '', -- account that has taken the case
    officer_name TEXT NOT NULL DEFAULT '',
    confirm_jurisdiction BIGINT NOT NULL DEFAULT 0, -- 1: the officer must confirm that the agency is competent (R-6)
    route_rule TEXT NOT NULL DEFAULT '', -- jurisdiction rule the filing rested on
    route_why TEXT NOT NULL DEFAULT '',
    due_at BIGINT NOT NULL, -- 4611686018427387904: nothing runs out
    clock_rule TEXT NOT NULL DEFAULT '', -- id and version of the deadline rule
    clock_from_on TEXT NOT NULL DEFAULT '',

    consumer_id TEXT NOT NULL REFERENCES account (id),
    consumer_name TEXT NOT NULL,
    consumer_cpf TEXT NOT NULL,
    consumer_level TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    postcode TEXT NOT NULL,
    street TEXT NOT NULL,
    street_number TEXT NOT NULL,
    address_extra TEXT NOT NULL,
    district TEXT NOT NULL,
    municipality_id TEXT NOT NULL REFERENCES municipality (id),
    fact_in TEXT NOT NULL DEFAULT '', -- municipality of the fact, where an agreement asked

    supplier_id TEXT REFERENCES supplier (id), -- NULL: described, not in the master
    supplier_name TEXT NOT NULL,
    supplier_cnpj TEXT NOT NULL,
    segment TEXT NOT NULL,
    area TEXT NOT NULL,
    subject TEXT NOT NULL,
    problem TEXT NOT NULL,
    bought_how TEXT NOT NULL,
    bought_on TEXT NOT NULL,
    amount_cents BIGINT NOT NULL,
    contract_number TEXT NOT NULL,
    contacted_supplier BIGINT NOT NULL,
    supplier_protocol TEXT NOT NULL,
    narrative TEXT NOT NULL,
    remedy TEXT NOT NULL,
    remedy_detail TEXT NOT NULL,

    filed_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX complaint_queue ON complaint (agency_id, due_at, id) WHERE state <> 'closed';
CREATE INDEX complaint_queue_state ON complaint (agency_id, state, due_at, id);
CREATE INDEX complaint_queue_officer ON complaint (agency_id, officer_id, due_at, id) WHERE state <> 'closed';
CREATE INDEX complaint_by_consumer ON complaint (consumer_id, updated_at);
CREATE INDEX complaint_by_cpf ON complaint (agency_id, consumer_cpf);
CREATE INDEX complaint_by_cnpj ON complaint (agency_id, supplier_cnpj) WHERE supplier_cnpj <> '';
CREATE INDEX complaint_by_supplier ON complaint (agency_id, supplier_id) WHERE supplier_id IS NOT NULL;

-- Kept at every change of state or officer, so that the queue never counts (Q-2).
CREATE TABLE complaint_count (
    agency_id TEXT NOT NULL,
    state TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (agency_id, state, officer_id)
);

--sqlite CREATE VIRTUAL TABLE complaint_search USING fts5 (id UNINDEXED, text, tokenize = 'unicode61');
--postgres CREATE TABLE complaint_search (id TEXT NOT NULL, text TEXT NOT NULL);
--postgres CREATE INDEX complaint_search_text ON complaint_search USING gin (to_tsvector('simple', text));

CREATE TABLE message (
    id TEXT PRIMARY KEY,
    complaint_id TEXT NOT NULL REFERENCES complaint (id),
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    author_role TEXT NOT NULL CHECK (author_role IN ('consumer', 'officer', 'supplier', 'system')),
    audience TEXT NOT NULL CHECK (audience IN ('parties', 'officers')), -- officers: an internal note
    body TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX message_by_complaint ON message (complaint_id, at);

CREATE TABLE attachment (
    id TEXT PRIMARY KEY,
    draft_id TEXT NOT NULL DEFAULT '',
    complaint_id TEXT NOT NULL DEFAULT '', -- empty while it belongs to a draft only
    message_id TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL CHECK (kind IN ('address_proof', 'identity', 'relation_proof', 'other', 'message')),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    blob TEXT NOT NULL,
    scan TEXT NOT NULL CHECK (scan IN ('pending', 'clean', 'infected', 'unscanned')),
    uploaded_by TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX attachment_by_draft ON attachment (draft_id) WHERE draft_id <> '';
CREATE INDEX attachment_by_complaint ON attachment (complaint_id) WHERE complaint_id <> '';

-- Append-only and hash-chained by stream: a case's acts ("case:ID"), its reads ("read:ID"), the installation's acts.
CREATE TABLE event (
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    actor_role TEXT NOT NULL,
    agency_id TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    reason TEXT NOT NULL,
    data TEXT NOT NULL, -- JSON
    key TEXT NOT NULL,  -- given by the form, so that the same act sent twice is done once; may be empty
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (stream, seq)
);
CREATE UNIQUE INDEX event_key ON event (stream, key) WHERE key <> '';

CREATE TABLE notice (
    id TEXT PRIMARY KEY,
    complaint_id TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    error TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    sent_at BIGINT
);
CREATE INDEX notice_by_complaint ON notice (complaint_id) WHERE complaint_id <> '';

-- What the code in a document's QR opens: that the document is genuine, and nothing else (R-17).
CREATE TABLE verification (
    code TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    complaint_id TEXT NOT NULL REFERENCES complaint (id),
    issued_at BIGINT NOT NULL
);
CREATE INDEX verification_by_complaint ON verification (complaint_id);

CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    args TEXT NOT NULL,
    unique_key TEXT,
    state TEXT NOT NULL CHECK (state IN ('ready', 'running', 'done', 'dead')),
    run_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT NOT NULL DEFAULT 0,
    leased_by TEXT NOT NULL DEFAULT '',
    last_error TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX job_ready ON job (run_at, id) WHERE state = 'ready';
CREATE INDEX job_running ON job (leased_until) WHERE state = 'running';
CREATE INDEX job_done ON job (created_at) WHERE state = 'done';
CREATE UNIQUE INDEX job_unique ON job (unique_key) WHERE state IN ('ready', 'running');

CREATE TABLE schedule (
    name TEXT PRIMARY KEY,
    next_at BIGINT NOT NULL
);
