-- Plaques (牌匾) of titles that have ended: who has to hand them in, until
-- when, and what became of them.
CREATE TABLE plaque (
  id          TEXT NOT NULL CONSTRAINT plaque_pk PRIMARY KEY,
  certificate TEXT NOT NULL,
  cert_number TEXT NOT NULL,
  scheme      TEXT NOT NULL,
  title_zh    TEXT NOT NULL,
  title_en    TEXT NOT NULL,
  holder      TEXT NOT NULL,
  address     TEXT NOT NULL,
  operator    TEXT,
  division    TEXT NOT NULL,
  scope       TEXT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT plaque_state CHECK (state IN ('wanted','recovered','destroyed','missing','annulled')),
  version     BIGINT NOT NULL,
  cause       TEXT NOT NULL CONSTRAINT plaque_cause CHECK (cause IN ('revoked','withdrawn','superseded','expired','lapsed')),
  ended_on    TEXT NOT NULL,
  place_zh    TEXT NOT NULL,
  place_en    TEXT NOT NULL,
  due_on      TEXT NOT NULL,
  done_on     TEXT NOT NULL DEFAULT '',
  officer     TEXT NOT NULL DEFAULT '',
  handed_by   TEXT NOT NULL DEFAULT '',
  photo       TEXT NOT NULL DEFAULT '',
  note        TEXT NOT NULL DEFAULT '',
  created_at  TIMESTAMPTZ NOT NULL,
  updated_at  TIMESTAMPTZ NOT NULL,
  CONSTRAINT plaque_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id),
  -- What was taken in or destroyed is proved by a day and a photo; what was
  -- not handed in by its day; the words are asked for with the step.
  CONSTRAINT plaque_proved CHECK (state NOT IN ('recovered','destroyed') OR (done_on <> '' AND photo <> '')),
  CONSTRAINT plaque_told CHECK (state <> 'missing' OR done_on <> '')
);
CREATE INDEX plaque_scope ON plaque (scope, state, due_on, id);
CREATE INDEX plaque_operator ON plaque (operator, id);
CREATE INDEX plaque_certificate ON plaque (certificate, id);
CREATE UNIQUE INDEX plaque_open ON plaque (certificate) WHERE state IN ('wanted','missing');
CREATE TRIGGER plaque_step BEFORE UPDATE OF state ON plaque FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('plaque');
