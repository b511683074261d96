-- Appeals are also taken against the refusal of a case.
CREATE TABLE appeal_new (
  id           TEXT NOT NULL CONSTRAINT appeal_pk PRIMARY KEY,
  number       TEXT NOT NULL CONSTRAINT appeal_number UNIQUE,
  certificate  TEXT,
  cert_number  TEXT NOT NULL,
  application  TEXT,
  case_no      TEXT NOT NULL DEFAULT '',
  holder       TEXT NOT NULL,
  operator     TEXT NOT NULL,
  division     TEXT NOT NULL,
  scope        TEXT NOT NULL,
  action       TEXT NOT NULL,
  event        TEXT NOT NULL CONSTRAINT appeal_event UNIQUE,
  level        TEXT NOT NULL,
  decision     TEXT NOT NULL,
  contested_at TIMESTAMP NOT NULL,
  body         TEXT NOT NULL,
  state        TEXT NOT NULL CONSTRAINT appeal_state CHECK (state IN ('filed','upheld','rejected','retracted')),
  version      BIGINT NOT NULL,
  due_on       TEXT NOT NULL,
  filed_by     TEXT NOT NULL,
  filed_at     TIMESTAMP NOT NULL,
  reason       TEXT NOT NULL DEFAULT '',
  decided_at   TIMESTAMP,
  updated_at   TIMESTAMP NOT NULL,
  CONSTRAINT appeal_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id),
  CONSTRAINT appeal_application_fk FOREIGN KEY (application) REFERENCES application (id),
  CONSTRAINT appeal_subject CHECK ((certificate IS NULL) <> (application IS NULL))
);
INSERT INTO appeal_new (id, number, certificate, cert_number, holder, operator, division, scope, action, event, level, decision,
  contested_at, body, state, version, due_on, filed_by, filed_at, reason, decided_at, updated_at)
SELECT id, number, certificate, cert_number, holder, operator, division, scope, action, event, level, decision,
  contested_at, body, state, version, due_on, filed_by, filed_at, reason, decided_at, updated_at FROM appeal;
DROP TABLE appeal;
ALTER TABLE appeal_new RENAME TO appeal;
CREATE INDEX appeal_scope ON appeal (scope, state, due_on, id);
CREATE INDEX appeal_certificate ON appeal (certificate, id);
CREATE INDEX appeal_application ON appeal (application, id);
CREATE INDEX appeal_operator ON appeal (operator, id);
CREATE TRIGGER appeal_step BEFORE UPDATE OF state ON appeal
WHEN OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM lifecycle_step
  WHERE noun = 'appeal' AND from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'illegal step: appeal'); END;
