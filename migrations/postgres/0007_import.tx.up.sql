-- Runs of the import (导入批次) of files that bureaus keep, and the files while
-- they are needed.
CREATE TABLE import_run (
  id          TEXT NOT NULL CONSTRAINT import_run_pk PRIMARY KEY,
  kind        TEXT NOT NULL,
  name        TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT import_run_state CHECK (state IN ('checked', 'running', 'done')),
  mapping     JSONB NOT NULL,
  row_count   INTEGER NOT NULL,
  last_row    INTEGER NOT NULL,
  done_row    INTEGER NOT NULL,
  planned     JSONB NOT NULL,
  counts      JSONB NOT NULL,
  problems    JSONB NOT NULL,
  late        JSONB NOT NULL,
  actor       JSONB NOT NULL,
  account     TEXT NOT NULL,
  scope       TEXT COLLATE "C" NOT NULL,
  version     BIGINT NOT NULL,
  created_at  TIMESTAMPTZ NOT NULL,
  started_at  TIMESTAMPTZ,
  finished_at TIMESTAMPTZ
);
CREATE INDEX import_run_scope ON import_run (scope, id);
CREATE INDEX import_run_same ON import_run (sha256, kind, scope);
CREATE TABLE import_file (
  run     TEXT NOT NULL CONSTRAINT import_file_pk PRIMARY KEY,
  content BYTEA,
  errors  BYTEA,
  CONSTRAINT import_file_run_fk FOREIGN KEY (run) REFERENCES import_run (id)
);
