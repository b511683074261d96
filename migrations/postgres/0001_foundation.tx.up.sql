-- The steps of every lifecycle, written from the tables in the code at each
-- start. Triggers and events refer to it, so that no other way of changing a
-- state exists.
CREATE TABLE lifecycle_step (
  noun       TEXT NOT NULL,
  from_state TEXT NOT NULL,
  action     TEXT NOT NULL,
  to_state   TEXT NOT NULL,
  CONSTRAINT lifecycle_step_pk PRIMARY KEY (noun, from_state, action, to_state)
);
CREATE INDEX lifecycle_step_move ON lifecycle_step (noun, from_state, to_state);

-- What happened to a record, one row a step, in the order of id.
CREATE TABLE event (
  id         TEXT NOT NULL CONSTRAINT event_pk PRIMARY KEY,
  noun       TEXT NOT NULL,
  subject    TEXT NOT NULL,
  from_state TEXT NOT NULL,
  action     TEXT NOT NULL,
  to_state   TEXT NOT NULL,
  at         TIMESTAMPTZ NOT NULL,
  account    TEXT,
  actor      TEXT NOT NULL,
  role       TEXT NOT NULL,
  reason     TEXT NOT NULL DEFAULT '',
  data       JSONB NOT NULL DEFAULT '{}',
  CONSTRAINT event_step_fk FOREIGN KEY (noun, from_state, action, to_state)
    REFERENCES lifecycle_step (noun, from_state, action, to_state)
);
CREATE INDEX event_subject ON event (noun, subject, id);

-- Who did or was refused what: one row for each use-case that changes state.
CREATE TABLE audit_entry (
  id        TEXT NOT NULL CONSTRAINT audit_entry_pk PRIMARY KEY,
  at        TIMESTAMPTZ NOT NULL,
  usecase   TEXT NOT NULL,
  account   TEXT,
  role      TEXT NOT NULL,
  authority TEXT,
  token     TEXT,
  subject   TEXT NOT NULL DEFAULT '',
  scope     TEXT COLLATE "C" NOT NULL DEFAULT '',
  outcome   TEXT NOT NULL CONSTRAINT audit_entry_outcome CHECK (outcome IN ('done', 'refused', 'failed')),
  code      TEXT NOT NULL DEFAULT '',
  request   TEXT NOT NULL DEFAULT '',
  data      JSONB NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_entry_at ON audit_entry (at);
CREATE INDEX audit_entry_subject ON audit_entry (subject, id);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_no_update BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The guard of every table with a lifecycle; its argument is the noun.
CREATE FUNCTION check_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM lifecycle_step
                 WHERE noun = TG_ARGV[0] AND from_state = OLD.state AND to_state = NEW.state) THEN
    RAISE EXCEPTION 'illegal step: %', TG_ARGV[0] USING ERRCODE = 'FX001';
  END IF;
  RETURN NEW;
END $$;

-- Answers to creates that carried an Idempotency-Key.
CREATE TABLE idempotency (
  caller  TEXT NOT NULL,
  key     TEXT NOT NULL,
  usecase TEXT NOT NULL,
  digest  TEXT NOT NULL,
  answer  TEXT NOT NULL,
  at      TIMESTAMPTZ NOT NULL,
  CONSTRAINT idempotency_pk PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

-- Running numbers: case numbers, certificate numbers, print serials.
CREATE TABLE counter (
  name  TEXT NOT NULL CONSTRAINT counter_pk PRIMARY KEY,
  value BIGINT NOT NULL
);

-- Small facts about the installation: keys, demo mark, data versions.
CREATE TABLE setting (
  name  TEXT NOT NULL CONSTRAINT setting_pk PRIMARY KEY,
  value TEXT NOT NULL,
  at    TIMESTAMPTZ NOT NULL
);
-- Finding records by a part of their Chinese name: each pair of neighbouring
-- characters is a row.
CREATE TABLE search_gram (
  kind TEXT NOT NULL,
  gram TEXT NOT NULL,
  id   TEXT NOT NULL,
  CONSTRAINT search_gram_pk PRIMARY KEY (kind, gram, id)
);
CREATE INDEX search_gram_id ON search_gram (kind, id);
CREATE TABLE search_name (
  kind TEXT NOT NULL,
  id   TEXT NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT search_name_pk PRIMARY KEY (kind, id)
);
