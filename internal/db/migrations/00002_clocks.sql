-- +goose Up
-- Clocks that stop and fire (R-29, R-30).

ALTER TABLE complaint ADD COLUMN remind_at BIGINT NOT NULL DEFAULT 4611686018427387904; -- when the owner of the running clock is next reminded; that number: never
ALTER TABLE complaint ADD COLUMN held_rule TEXT NOT NULL DEFAULT '';    -- the company's clock while it is suspended
ALTER TABLE complaint ADD COLUMN held_from_on TEXT NOT NULL DEFAULT '';
ALTER TABLE complaint ADD COLUMN unanswered BIGINT NOT NULL DEFAULT 0; -- 1: the company let its time pass
CREATE INDEX complaint_due ON complaint (due_at) WHERE state IN ('awaiting_consumer', 'awaiting_supplier', 'awaiting_rating');
CREATE INDEX complaint_remind ON complaint (remind_at) WHERE remind_at < 4611686018427387904;

-- Days on which a company's clock stood still because the other side owed something; both days included.
CREATE TABLE clock_pause (
    complaint_id TEXT NOT NULL REFERENCES complaint (id),
    clock_from_on TEXT NOT NULL, -- the clock's first event, as in complaint.clock_from_on
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL DEFAULT '', -- empty: still standing
    PRIMARY KEY (complaint_id, clock_from_on, from_on)
);

-- What the consumer says of the company's answer, once (R-21).
CREATE TABLE rating (
    complaint_id TEXT PRIMARY KEY REFERENCES complaint (id),
    solved BIGINT NOT NULL CHECK (solved IN (0, 1)),
    score BIGINT NOT NULL CHECK (score BETWEEN 1 AND 5),
    comment TEXT NOT NULL,
    at BIGINT NOT NULL
);
