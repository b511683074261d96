-- Replies (答复) of holders beside published results about their titles.
CREATE TABLE reply (
  id           TEXT NOT NULL CONSTRAINT reply_pk PRIMARY KEY,
  certificate  TEXT NOT NULL,
  cert_number  TEXT NOT NULL,
  holder       TEXT NOT NULL,
  operator     TEXT NOT NULL,
  division     TEXT NOT NULL,
  scope        TEXT NOT NULL,
  about        TEXT NOT NULL CONSTRAINT reply_about CHECK (about IN ('decision','inspection')),
  result       TEXT NOT NULL,
  action       TEXT NOT NULL,
  words        TEXT NOT NULL,
  result_on    TEXT NOT NULL,
  body         TEXT NOT NULL,
  state        TEXT NOT NULL CONSTRAINT reply_state CHECK (state IN ('filed','published','refused','retracted','superseded')),
  version      BIGINT NOT NULL,
  due_on       TEXT NOT NULL,
  filed_by     TEXT NOT NULL,
  filed_at     TIMESTAMP NOT NULL,
  published_on TEXT NOT NULL DEFAULT '',
  reason       TEXT NOT NULL DEFAULT '',
  updated_at   TIMESTAMP NOT NULL,
  CONSTRAINT reply_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);
CREATE INDEX reply_scope ON reply (scope, state, due_on, id);
CREATE INDEX reply_operator ON reply (operator, id);
CREATE INDEX reply_certificate ON reply (certificate, state, id);
-- One waits and one is published for a result.
CREATE UNIQUE INDEX reply_filed ON reply (certificate, result) WHERE state = 'filed';
CREATE UNIQUE INDEX reply_published ON reply (certificate, result) WHERE state = 'published';
CREATE TRIGGER reply_step BEFORE UPDATE OF state ON reply
WHEN OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM lifecycle_step
  WHERE noun = 'reply' AND from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'illegal step: reply'); END;
