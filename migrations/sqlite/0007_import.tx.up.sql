-- Runs of the import (导入批次) of files that bureaus keep, and the files while
-- they are needed.
CREATE TABLE import_run (
  id          TEXT NOT NULL CONSTRAINT import_run_pk PRIMARY KEY,
  kind        TEXT NOT NULL,
  name        TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT import_run_state CHECK (state IN ('checked', 'running', 'done')),
  mapping     TEXT NOT NULL,
  row_count   INTEGER NOT NULL,
  last_row    INTEGER NOT NULL,
  done_row    INTEGER NOT NULL,
  planned     TEXT NOT NULL,
  counts      TEXT NOT NULL,
  problems    TEXT NOT NULL,
  late        TEXT NOT NULL,
  actor       TEXT NOT NULL,
  account     TEXT NOT NULL,
  scope       TEXT NOT NULL,
  version     BIGINT NOT NULL,
  created_at  TIMESTAMP NOT NULL,
  started_at  TIMESTAMP,
  finished_at TIMESTAMP
);
CREATE INDEX import_run_scope ON import_run (scope, id);
CREATE INDEX import_run_same ON import_run (sha256, kind, scope);
CREATE TABLE import_file (
  run     TEXT NOT NULL CONSTRAINT import_file_pk PRIMARY KEY,
  content BLOB,
  errors  BLOB,
  CONSTRAINT import_file_run_fk FOREIGN KEY (run) REFERENCES import_run (id)
);
