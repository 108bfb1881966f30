-- +goose Up
-- What must not be read from the database without the key file (R-55). The columns cpf and consumer_cpf come to hold a
-- keyed hash, by which they are still found; the value itself is sealed beside it. Old rows are sealed at start.

CREATE TABLE secret_key (
    id TEXT PRIMARY KEY, -- fingerprint of a key that sealed something here
    first_at BIGINT NOT NULL
);

ALTER TABLE account ADD COLUMN sealed TEXT NOT NULL DEFAULT '';      -- CPF and telephone
ALTER TABLE role_grant ADD COLUMN sealed TEXT NOT NULL DEFAULT '';   -- CPF, and so on
ALTER TABLE mandate ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE form_release ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE registration ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE complaint ADD COLUMN sealed TEXT NOT NULL DEFAULT '';    -- CPF, telephone and address of the consumer

-- What is still plain, found at once at every start.
CREATE INDEX account_plain ON account (id) WHERE sealed = '';
CREATE INDEX role_grant_plain ON role_grant (id) WHERE sealed = '';
CREATE INDEX mandate_plain ON mandate (id) WHERE sealed = '';
CREATE INDEX form_release_plain ON form_release (id) WHERE sealed = '';
CREATE INDEX registration_plain ON registration (id) WHERE sealed = '';
CREATE INDEX invitation_plain ON invitation (id) WHERE sealed = '';
CREATE INDEX complaint_plain ON complaint (id) WHERE sealed = '';

-- The data of drafts and sessions are sealed in their place; a brace begins what is still plain.
CREATE INDEX draft_plain ON draft (id) WHERE substr(data, 1, 1) = '{' AND data <> '{}';
CREATE INDEX session_plain ON session (token) WHERE substr(data, 1, 1) = '{' AND data <> '{}';
