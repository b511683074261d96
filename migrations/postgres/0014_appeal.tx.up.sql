-- Appeals (复核申请) of holders against decisions on their titles.
CREATE TABLE appeal (
  id           TEXT NOT NULL CONSTRAINT appeal_pk PRIMARY KEY,
  number       TEXT NOT NULL CONSTRAINT appeal_number UNIQUE,
  certificate  TEXT NOT NULL,
  cert_number  TEXT NOT NULL,
  holder       TEXT NOT NULL,
  operator     TEXT NOT NULL,
  division     TEXT COLLATE "C" NOT NULL,
  scope        TEXT COLLATE "C" NOT NULL,
  action       TEXT NOT NULL,
  event        TEXT NOT NULL CONSTRAINT appeal_event UNIQUE,
  level        TEXT NOT NULL,
  decision     TEXT NOT NULL,
  contested_at TIMESTAMPTZ NOT NULL,
  body         TEXT NOT NULL,
  state        TEXT NOT NULL CONSTRAINT appeal_state CHECK (state IN ('filed','upheld','rejected','retracted')),
  version      BIGINT NOT NULL,
  due_on       TEXT NOT NULL,
  filed_by     TEXT NOT NULL,
  filed_at     TIMESTAMPTZ NOT NULL,
  reason       TEXT NOT NULL DEFAULT '',
  decided_at   TIMESTAMPTZ,
  updated_at   TIMESTAMPTZ NOT NULL,
  CONSTRAINT appeal_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);
CREATE INDEX appeal_scope ON appeal (scope, state, due_on, id);
CREATE INDEX appeal_certificate ON appeal (certificate, id);
CREATE INDEX appeal_operator ON appeal (operator, id);
CREATE TRIGGER appeal_step BEFORE UPDATE OF state ON appeal FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('appeal');
