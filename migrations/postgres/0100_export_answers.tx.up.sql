-- An export is of the register of titles or of the answers of inspections.
ALTER TABLE export_run ADD COLUMN what TEXT NOT NULL DEFAULT 'register' CONSTRAINT export_run_what CHECK (what IN ('register', 'answers'));
