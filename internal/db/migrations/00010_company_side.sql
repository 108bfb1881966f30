-- +goose Up
-- Lists of companies stand in the order of the folded name; a notice knows to whom it went, whoever may answer it.

ALTER TABLE supplier ADD COLUMN sort_key TEXT NOT NULL DEFAULT ''; -- trade_name, folded
UPDATE supplier SET sort_key = coalesce((SELECT min(n.folded) FROM supplier_name n WHERE n.supplier_id = supplier.id AND n.kind = 'trade'), '');
CREATE INDEX supplier_listed ON supplier (sort_key, id) WHERE registered_at IS NOT NULL;
DROP INDEX supplier_registered;

ALTER TABLE notice ADD COLUMN party TEXT NOT NULL DEFAULT ''; -- consumer, supplier; empty: of an older program, reply_token may tell
