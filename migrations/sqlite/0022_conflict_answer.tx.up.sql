-- The answer by which the lead settled a conflict: whoever stands on it knows
-- all versions before it.
ALTER TABLE inspection_conflict ADD COLUMN answer TEXT NOT NULL DEFAULT '';
