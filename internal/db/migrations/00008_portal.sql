-- +goose Up
-- Answers that a company's people use again (R-46).
CREATE TABLE answer_template (
    id TEXT PRIMARY KEY,
    supplier_id TEXT NOT NULL REFERENCES supplier (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX answer_template_by_supplier ON answer_template (supplier_id, title);
