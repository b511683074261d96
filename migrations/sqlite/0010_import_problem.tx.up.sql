-- What stands in the way of each row of an import (导入问题), as keys and
-- arguments of the texts. They hold what was in cells and go with the file.
CREATE TABLE import_problem (
  run       TEXT NOT NULL,
  row_no    INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  col       TEXT NOT NULL,
  say       TEXT NOT NULL,
  args      TEXT NOT NULL,
  fix       TEXT NOT NULL,
  refused   BOOLEAN NOT NULL,
  CONSTRAINT import_problem_pk PRIMARY KEY (run, row_no, seq),
  CONSTRAINT import_problem_run_fk FOREIGN KEY (run) REFERENCES import_run (id)
);
ALTER TABLE import_run DROP COLUMN problems;
ALTER TABLE import_run DROP COLUMN late;
-- When the run last came further: a worker that died is noticed by it.
ALTER TABLE import_run ADD COLUMN moved_at TIMESTAMP;
CREATE INDEX import_run_running ON import_run (moved_at) WHERE state = 'running';
