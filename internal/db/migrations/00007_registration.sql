-- +goose Up
-- How a company comes to the direct channel, and who acts for it (R-44, R-45).

ALTER TABLE supplier ADD COLUMN merged_into TEXT NOT NULL DEFAULT ''; -- the supplier that this one turned out to be; kept so that old links lead on
ALTER TABLE supplier ADD COLUMN notice_email TEXT NOT NULL DEFAULT ''; -- where the company is told of its cases
ALTER TABLE supplier ADD COLUMN notice_phone TEXT NOT NULL DEFAULT '';
CREATE INDEX supplier_merged ON supplier (merged_into) WHERE merged_into <> '';
CREATE INDEX supplier_registered ON supplier (trade_name, id) WHERE registered_at IS NOT NULL;

-- Texts that a company accepts; a text in use is never changed, a new version is added.
CREATE TABLE terms (
    version TEXT PRIMARY KEY,
    body TEXT NOT NULL, -- blocks between empty lines; "## " begins a heading, "- " each line of a list
    valid_from TEXT NOT NULL
);
CREATE TABLE terms_acceptance (
    supplier_id TEXT NOT NULL REFERENCES supplier (id),
    version TEXT NOT NULL REFERENCES terms (version),
    account_id TEXT NOT NULL, -- empty: by the installation itself
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (supplier_id, version)
);

-- What gov.br said of a person's companies, when the person asked it to.
CREATE TABLE company_link (
    account_id TEXT NOT NULL REFERENCES account (id),
    cnpj TEXT NOT NULL CHECK (length(cnpj) = 14),
    name TEXT NOT NULL,
    role TEXT NOT NULL, -- SOCIO, REPRESENTANTE_LEGAL, CONTADOR, NAO_ATUANTE; COLABORADOR: gov.br names none
    confirmed_at BIGINT NOT NULL,
    valid_to TEXT NOT NULL DEFAULT '9999-12-31', -- last day of the link
    PRIMARY KEY (account_id, cnpj)
);

-- A person asks to act for a company: for one not registered yet, or to join those who act for it.
CREATE TABLE registration (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    cpf TEXT NOT NULL,
    person_name TEXT NOT NULL,
    cnpj TEXT NOT NULL CHECK (length(cnpj) = 14),
    supplier_id TEXT NOT NULL DEFAULT '', -- in the master, since the request was sent or decided
    joins BIGINT NOT NULL DEFAULT 0 CHECK (joins IN (0, 1)), -- 1: others act for the company already
    legal_name TEXT NOT NULL DEFAULT '',
    trade_name TEXT NOT NULL DEFAULT '',
    segment TEXT NOT NULL DEFAULT '',
    seat TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    basis TEXT NOT NULL DEFAULT 'document', -- how the link is proved: govbr:SOCIO, document
    valid_to TEXT NOT NULL DEFAULT '9999-12-31', -- last day of that link
    terms_version TEXT NOT NULL DEFAULT '',
    accepted_at BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('draft', 'pending', 'approved', 'refused', 'withdrawn')),
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL DEFAULT 0,
    decided_at BIGINT NOT NULL DEFAULT 0,
    decided_by TEXT NOT NULL DEFAULT '',
    decided_by_name TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX registration_by_account ON registration (account_id, created_at);
CREATE INDEX registration_pending ON registration (sent_at, id) WHERE state = 'pending';
CREATE INDEX registration_by_supplier ON registration (supplier_id) WHERE state = 'pending';
CREATE INDEX registration_old ON registration (created_at) WHERE state = 'draft';
CREATE UNIQUE INDEX registration_once ON registration (account_id, cnpj) WHERE state IN ('draft', 'pending');

ALTER TABLE attachment ADD COLUMN registration_id TEXT NOT NULL DEFAULT '';
CREATE INDEX attachment_by_registration ON attachment (registration_id) WHERE registration_id <> '';

-- A colleague is invited by CPF; only the owner of that CPF may accept.
CREATE TABLE invitation (
    id TEXT PRIMARY KEY,
    token TEXT NOT NULL UNIQUE, -- hash of the link's secret
    supplier_id TEXT NOT NULL REFERENCES supplier (id),
    cpf TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('lead', 'agent')),
    valid_to TEXT NOT NULL, -- last day of the mandate
    invited_by TEXT NOT NULL,
    invited_by_name TEXT NOT NULL,
    invited_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL DEFAULT 0 -- accepted, declined or taken back
);
CREATE INDEX invitation_by_supplier ON invitation (supplier_id) WHERE ended_at = 0;

CREATE INDEX supplier_gram_by_supplier ON supplier_gram (supplier_id);

-- Two suppliers that may be one company, found in the background whenever one of them is new or renamed.
ALTER TABLE supplier ADD COLUMN compared_at BIGINT NOT NULL DEFAULT 0; -- 0: not yet compared with the others
CREATE INDEX supplier_uncompared ON supplier (id) WHERE compared_at = 0;
CREATE TABLE supplier_pair (
    a_id TEXT NOT NULL REFERENCES supplier (id), -- the smaller id
    b_id TEXT NOT NULL REFERENCES supplier (id),
    why TEXT NOT NULL CHECK (why IN ('root', 'name', 'similar')),
    found_at BIGINT NOT NULL,
    settled_at BIGINT NOT NULL DEFAULT 0, -- merged, or said to be two companies
    PRIMARY KEY (a_id, b_id)
);
CREATE INDEX supplier_pair_open ON supplier_pair (found_at, a_id, b_id) WHERE settled_at = 0;
