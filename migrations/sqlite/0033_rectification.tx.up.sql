-- Orders to rectify (整改通知) with their findings and the evidence for each.
CREATE TABLE rectification (
  id           TEXT NOT NULL CONSTRAINT rectification_pk PRIMARY KEY,
  certificate  TEXT NOT NULL,
  cert_number  TEXT NOT NULL,
  holder       TEXT NOT NULL,
  operator     TEXT,
  division     TEXT NOT NULL,
  scope        TEXT NOT NULL,
  state        TEXT NOT NULL CONSTRAINT rectification_state CHECK (state IN ('ordered','submitted','visit','proven','mended','unmended','annulled')),
  version      BIGINT NOT NULL,
  reason       TEXT NOT NULL,
  proof        TEXT NOT NULL CONSTRAINT rectification_proof CHECK (proof IN ('paper','visit')),
  source       TEXT NOT NULL DEFAULT '',
  due_on       TEXT NOT NULL,
  first_due_on TEXT NOT NULL,
  extension    TEXT NOT NULL DEFAULT '',
  remark       TEXT NOT NULL DEFAULT '',
  visit        TEXT NOT NULL DEFAULT '',
  created_at   TIMESTAMP NOT NULL,
  updated_at   TIMESTAMP NOT NULL,
  CONSTRAINT rectification_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id),
  -- One extension, and never without its reason.
  CONSTRAINT rectification_extended CHECK ((due_on = first_due_on) = (extension = ''))
);
CREATE INDEX rectification_scope ON rectification (scope, state, due_on, id);
CREATE INDEX rectification_operator ON rectification (operator, id);
CREATE INDEX rectification_certificate ON rectification (certificate, id);
CREATE UNIQUE INDEX rectification_open ON rectification (certificate) WHERE state IN ('ordered','submitted','visit','proven');
CREATE TRIGGER rectification_step BEFORE UPDATE OF state ON rectification
WHEN OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM lifecycle_step
  WHERE noun = 'rectification' AND from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'illegal step: rectification'); END;

CREATE TABLE rectification_finding (
  rectification TEXT NOT NULL,
  n             BIGINT NOT NULL,
  item          TEXT NOT NULL DEFAULT '',
  text          TEXT NOT NULL,
  note          TEXT NOT NULL DEFAULT '',
  photos        TEXT NOT NULL DEFAULT '[]',
  answered_at   TIMESTAMP,
  verdict       TEXT NOT NULL DEFAULT '' CONSTRAINT rectification_finding_verdict CHECK (verdict IN ('','accepted','rejected')),
  remark        TEXT NOT NULL DEFAULT '',
  CONSTRAINT rectification_finding_pk PRIMARY KEY (rectification, n),
  CONSTRAINT rectification_finding_fk FOREIGN KEY (rectification) REFERENCES rectification (id)
);
