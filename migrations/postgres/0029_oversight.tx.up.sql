-- Halts (暂停颁发): while one is in force, no title of its scheme is issued in
-- its area. An empty scheme stands for all.
CREATE TABLE halt (
  id           TEXT NOT NULL CONSTRAINT halt_pk PRIMARY KEY,
  scheme       TEXT NOT NULL,
  scope        TEXT COLLATE "C" NOT NULL,
  area         TEXT NOT NULL,
  state        TEXT NOT NULL CONSTRAINT halt_state CHECK (state IN ('in_force','lifting','lifted')),
  version      BIGINT NOT NULL,
  reason       TEXT NOT NULL,
  note         TEXT NOT NULL,
  imposed_by   TEXT NOT NULL,
  imposed_name TEXT NOT NULL,
  imposed_at   TIMESTAMPTZ NOT NULL,
  proposer     TEXT,
  proposed_by  TEXT NOT NULL DEFAULT '',
  proposal     TEXT NOT NULL DEFAULT '',
  lifted_by    TEXT NOT NULL DEFAULT '',
  lifted_at    TIMESTAMPTZ,
  updated_at   TIMESTAMPTZ NOT NULL
);
-- One halt for one scheme and area.
CREATE UNIQUE INDEX halt_open ON halt (scheme, scope) WHERE state <> 'lifted';

-- Bulk runs (批量处置): one measure for the titles that a question found.
CREATE TABLE bulk_run (
  id          TEXT NOT NULL CONSTRAINT bulk_run_pk PRIMARY KEY,
  measure     TEXT NOT NULL CONSTRAINT bulk_run_measure CHECK (measure IN ('suspend','order_rectification','reinspect','notify')),
  state       TEXT NOT NULL CONSTRAINT bulk_run_state CHECK (state IN ('prepared','running','finished','cancelled')),
  version     BIGINT NOT NULL,
  scope       TEXT COLLATE "C" NOT NULL,
  question    TEXT NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  actor       TEXT NOT NULL,
  account     TEXT NOT NULL,
  created_at  TIMESTAMPTZ NOT NULL,
  started_at  TIMESTAMPTZ,
  finished_at TIMESTAMPTZ,
  updated_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX bulk_run_scope ON bulk_run (scope, id);
CREATE TABLE bulk_item (
  run         TEXT NOT NULL,
  n           BIGINT NOT NULL,
  certificate TEXT NOT NULL,
  number      TEXT NOT NULL,
  holder      TEXT NOT NULL,
  state       TEXT NOT NULL,
  outcome     TEXT NOT NULL CONSTRAINT bulk_item_outcome CHECK (outcome IN ('would','cannot','done','refused')),
  code        TEXT NOT NULL DEFAULT '',
  at          TIMESTAMPTZ,
  CONSTRAINT bulk_item_pk PRIMARY KEY (run, n),
  CONSTRAINT bulk_item_once UNIQUE (run, certificate),
  CONSTRAINT bulk_item_run_fk FOREIGN KEY (run) REFERENCES bulk_run (id),
  CONSTRAINT bulk_item_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);
CREATE INDEX bulk_item_open ON bulk_item (run, outcome, n);
CREATE TRIGGER halt_step BEFORE UPDATE OF state ON halt FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('halt');
CREATE TRIGGER bulk_run_step BEFORE UPDATE OF state ON bulk_run FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('bulk');
