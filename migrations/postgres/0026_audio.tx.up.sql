-- Recordings (录音) are kept like photos.
ALTER TABLE blob DROP CONSTRAINT blob_kind;
ALTER TABLE blob ADD CONSTRAINT blob_kind CHECK (kind IN ('image','pdf','audio'));
