-- Where a photo came from: the camera of the app, a file that was chosen, or
-- nothing said (sent by an older program).
ALTER TABLE inspection_photo ADD COLUMN source text NOT NULL DEFAULT '' CONSTRAINT inspection_photo_source CHECK (source IN ('', 'camera', 'file'));
