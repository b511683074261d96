-- Replies (答复) of holders beside published results about their titles.
CREATE TABLE reply (
  id           TEXT NOT NULL CONSTRAINT reply_pk PRIMARY KEY,
  certificate  TEXT NOT NULL,
  cert_number  TEXT NOT NULL,
  holder       TEXT NOT NULL,
  operator     TEXT NOT NULL,
  division     TEXT COLLATE "C" NOT NULL,
  scope        TEXT COLLATE "C" NOT NULL,
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
  filed_at     TIMESTAMPTZ NOT NULL,
  published_on TEXT NOT NULL DEFAULT '',
  reason       TEXT NOT NULL DEFAULT '',
  updated_at   TIMESTAMPTZ NOT NULL,
  CONSTRAINT reply_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);
CREATE INDEX reply_scope ON reply (scope, state, due_on, id);
CREATE INDEX reply_operator ON reply (operator, id);
CREATE INDEX reply_certificate ON reply (certificate, state, id);
-- One waits and one is published for a result.
CREATE UNIQUE INDEX reply_filed ON reply (certificate, result) WHERE state = 'filed';
CREATE UNIQUE INDEX reply_published ON reply (certificate, result) WHERE state = 'published';
CREATE TRIGGER reply_step BEFORE UPDATE OF state ON reply FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('reply');
