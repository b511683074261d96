-- Recordings (录音) are kept like photos. The check of the kind goes with its
-- column, so the column is replaced.
ALTER TABLE blob RENAME COLUMN kind TO kind_before;
ALTER TABLE blob ADD COLUMN kind TEXT NOT NULL DEFAULT 'image' CONSTRAINT blob_kind CHECK (kind IN ('image','pdf','audio'));
UPDATE blob SET kind = kind_before;
ALTER TABLE blob DROP COLUMN kind_before;
