-- Renewals (续期) before a title's end, and re-issues (换发) after a change of
-- name: what the holder asked for, and what became of it.
CREATE TABLE renewal (
  id          TEXT NOT NULL CONSTRAINT renewal_pk PRIMARY KEY,
  kind        TEXT NOT NULL CONSTRAINT renewal_kind CHECK (kind IN ('renew','rename')),
  certificate TEXT NOT NULL,
  cert_number TEXT NOT NULL,
  operator    TEXT NOT NULL,
  division    TEXT NOT NULL,
  scope       TEXT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT renewal_state CHECK (state IN ('filed','checked','granted','declined','retracted')),
  version     BIGINT NOT NULL,
  was         TEXT NOT NULL,
  holder      TEXT NOT NULL,
  changes     JSONB NOT NULL,
  note        TEXT NOT NULL DEFAULT '',
  due_on      TEXT NOT NULL,
  filed_by    TEXT NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  successor   TEXT NOT NULL DEFAULT '',
  created_at  TIMESTAMPTZ NOT NULL,
  updated_at  TIMESTAMPTZ NOT NULL,
  CONSTRAINT renewal_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);
CREATE INDEX renewal_scope ON renewal (scope, state, due_on, id);
CREATE INDEX renewal_operator ON renewal (operator, id);
CREATE INDEX renewal_certificate ON renewal (certificate, id);
CREATE UNIQUE INDEX renewal_open ON renewal (certificate) WHERE state IN ('filed','checked');
CREATE TRIGGER renewal_step BEFORE UPDATE OF state ON renewal FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('renewal');
