-- +goose Up
-- Calendars and deadline rules that people keep, with all they ever were (R-29).

-- Raised by every change of a holiday, a closure or a deadline rule: nodes keep what they read until then. The number
-- is the instant of the change, or one more than the last.
CREATE TABLE calendar_edition (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    edition BIGINT NOT NULL
);
INSERT INTO calendar_edition (one, edition) VALUES (1, 0);

CREATE TABLE holiday (
    id TEXT PRIMARY KEY,
    place TEXT NOT NULL, -- IBGE code of the state (2 digits) or municipality (7); empty: the whole country
    name TEXT NOT NULL,
    month BIGINT NOT NULL CHECK (month BETWEEN 0 AND 12), -- 0: counted from Easter Sunday
    day BIGINT NOT NULL,
    after_easter BIGINT NOT NULL, -- days, negative before it
    law TEXT NOT NULL,
    from_year BIGINT NOT NULL,
    until_year BIGINT NOT NULL DEFAULT 0, -- last year it holds; 0: in force
    source TEXT NOT NULL DEFAULT '',
    added_in BIGINT NOT NULL DEFAULT 0, -- edition of the calendar
    ended_in BIGINT NOT NULL DEFAULT 0, -- edition that set until_year; 0: it came with it
    by_id TEXT NOT NULL DEFAULT '', -- who added it; empty: the program
    by_name TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX holiday_by_place ON holiday (place);

-- A closure that is taken back stays, so that dates counted with it can be explained.
ALTER TABLE closure RENAME TO closure_before;
CREATE TABLE closure (
    id TEXT PRIMARY KEY,
    agency_id TEXT NOT NULL REFERENCES agency (id),
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    why TEXT NOT NULL,
    added_in BIGINT NOT NULL DEFAULT 0,
    removed_in BIGINT NOT NULL DEFAULT 0, -- 0: in force
    by_id TEXT NOT NULL DEFAULT '',
    by_name TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL DEFAULT 0
);
INSERT INTO closure (id, agency_id, from_on, to_on, why) SELECT agency_id || ':' || from_on, agency_id, from_on, to_on, why FROM closure_before;
DROP TABLE closure_before;
CREATE INDEX closure_by_agency ON closure (agency_id, from_on);

ALTER TABLE deadline_rule ADD COLUMN by_id TEXT NOT NULL DEFAULT '';
ALTER TABLE deadline_rule ADD COLUMN by_name TEXT NOT NULL DEFAULT '';
ALTER TABLE deadline_rule ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX deadline_rule_by_agency ON deadline_rule (agency_id);

-- A storm of clocks that run out at one moment is walked in order, not sorted again for each batch (Q-8).
DROP INDEX complaint_due;
DROP INDEX complaint_remind;
CREATE INDEX complaint_due ON complaint (due_at, id) WHERE state IN ('awaiting_consumer', 'awaiting_supplier', 'awaiting_rating');
CREATE INDEX complaint_remind ON complaint (remind_at, id) WHERE remind_at < 4611686018427387904;
-- Which running clocks keep an old version of a rule.
CREATE INDEX complaint_by_rule ON complaint (agency_id, clock_rule) WHERE state <> 'closed';
