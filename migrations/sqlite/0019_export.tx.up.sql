-- Files made for officers in the background (导出). The file itself lies in the
-- data directory; both are gone a week after it was made.
CREATE TABLE export_run (
  id          TEXT NOT NULL CONSTRAINT export_run_pk PRIMARY KEY,
  format      TEXT NOT NULL CONSTRAINT export_run_format CHECK (format IN ('csv', 'xlsx')),
  filter      TEXT NOT NULL,
  lang        TEXT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT export_run_state CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  rows_done   INTEGER NOT NULL,
  rows_all    INTEGER NOT NULL,
  bytes       BIGINT NOT NULL,
  account     TEXT NOT NULL,
  actor       TEXT NOT NULL,
  scope       TEXT NOT NULL,
  version     BIGINT NOT NULL,
  created_at  TIMESTAMP NOT NULL,
  finished_at TIMESTAMP,
  expires_at  TIMESTAMP NOT NULL,
  CONSTRAINT export_run_account_fk FOREIGN KEY (account) REFERENCES account (id)
);
CREATE INDEX export_run_account ON export_run (account, id);
CREATE INDEX export_run_end ON export_run (expires_at);
