-- Appeals (复核申请) of holders against decisions on their titles.
CREATE TABLE appeal (
  id           TEXT NOT NULL CONSTRAINT appeal_pk PRIMARY KEY,
  number       TEXT NOT NULL CONSTRAINT appeal_number UNIQUE,
  certificate  TEXT NOT NULL,
  cert_number  TEXT NOT NULL,
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
  CONSTRAINT appeal_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);
CREATE INDEX appeal_scope ON appeal (scope, state, due_on, id);
CREATE INDEX appeal_certificate ON appeal (certificate, id);
CREATE INDEX appeal_operator ON appeal (operator, id);
CREATE TRIGGER appeal_step BEFORE UPDATE OF state ON appeal
WHEN OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM lifecycle_step
  WHERE noun = 'appeal' AND from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'illegal step: appeal'); END;
