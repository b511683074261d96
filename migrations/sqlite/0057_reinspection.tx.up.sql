-- Requests (复查申请) of holders to be inspected again.
CREATE TABLE reinspection (
  id          TEXT NOT NULL CONSTRAINT reinspection_pk PRIMARY KEY,
  certificate TEXT NOT NULL,
  cert_number TEXT NOT NULL,
  holder      TEXT NOT NULL,
  operator    TEXT NOT NULL,
  division    TEXT NOT NULL,
  scope       TEXT NOT NULL,
  standing    TEXT NOT NULL,
  mended      TEXT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT reinspection_state CHECK (state IN ('filed','arranged','seen','denied','retracted','annulled')),
  version     BIGINT NOT NULL,
  due_on      TEXT NOT NULL,
  visit       TEXT NOT NULL DEFAULT '',
  passed      BOOLEAN NOT NULL DEFAULT FALSE,
  grade       TEXT NOT NULL DEFAULT '',
  filed_by    TEXT NOT NULL,
  filed_at    TIMESTAMP NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  updated_at  TIMESTAMP NOT NULL,
  CONSTRAINT reinspection_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);
CREATE INDEX reinspection_scope ON reinspection (scope, state, due_on, id);
CREATE INDEX reinspection_operator ON reinspection (operator, id);
CREATE INDEX reinspection_certificate ON reinspection (certificate, id);
CREATE INDEX reinspection_visit ON reinspection (visit);
-- One at a time for a title.
CREATE UNIQUE INDEX reinspection_open ON reinspection (certificate) WHERE state IN ('filed','arranged');
CREATE TRIGGER reinspection_step BEFORE UPDATE OF state ON reinspection
WHEN OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM lifecycle_step
  WHERE noun = 'reinspection' AND from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'illegal step: reinspection'); END;
