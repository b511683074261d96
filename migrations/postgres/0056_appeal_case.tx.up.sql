-- Appeals are also taken against the refusal of a case.
ALTER TABLE appeal ALTER COLUMN certificate DROP NOT NULL;
ALTER TABLE appeal ADD COLUMN application TEXT;
ALTER TABLE appeal ADD COLUMN case_no TEXT NOT NULL DEFAULT '';
ALTER TABLE appeal ADD CONSTRAINT appeal_application_fk FOREIGN KEY (application) REFERENCES application (id);
ALTER TABLE appeal ADD CONSTRAINT appeal_subject CHECK ((certificate IS NULL) <> (application IS NULL));
CREATE INDEX appeal_application ON appeal (application, id);
