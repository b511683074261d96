-- What an inspection is for, and the record that waits for its result. Until
-- now every one belonged to an application.
ALTER TABLE inspection ADD COLUMN purpose TEXT NOT NULL DEFAULT 'application'
  CONSTRAINT inspection_purpose CHECK (purpose IN ('application','recheck','rectification','reinspection','sample','test_purchase'));
ALTER TABLE inspection ADD COLUMN ref_noun TEXT NOT NULL DEFAULT '';
ALTER TABLE inspection ADD COLUMN ref_id TEXT NOT NULL DEFAULT '';
UPDATE inspection SET ref_noun = 'application', ref_id = application WHERE application IS NOT NULL;
CREATE INDEX inspection_ref ON inspection (ref_noun, ref_id, id);
-- One visit at a time for one purpose: a second order would send people twice.
CREATE UNIQUE INDEX inspection_open ON inspection (ref_noun, ref_id, purpose, premises)
  WHERE purpose <> 'application' AND state IN ('planned','assigned','on_device','submitted','sent_back');
