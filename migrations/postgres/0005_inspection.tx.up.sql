-- The sheets that inspections were made with, whole and by the hash of their
-- content: what an inspector saw can be shown for ever.
CREATE TABLE checklist_sheet (
  hash    TEXT NOT NULL CONSTRAINT checklist_sheet_pk PRIMARY KEY,
  content TEXT NOT NULL,
  at      TIMESTAMPTZ NOT NULL
);

-- An inspection (核查) by two inspectors.
CREATE TABLE inspection (
  id           TEXT NOT NULL CONSTRAINT inspection_pk PRIMARY KEY,
  application  TEXT,
  premises     TEXT NOT NULL,
  operator     TEXT NOT NULL,
  holder       TEXT NOT NULL,
  address      TEXT NOT NULL,
  division     TEXT COLLATE "C" NOT NULL,
  sheet        TEXT NOT NULL,
  lead         TEXT,
  second       TEXT,
  lead_name    TEXT NOT NULL DEFAULT '',
  second_name  TEXT NOT NULL DEFAULT '',
  state        TEXT NOT NULL CONSTRAINT inspection_state CHECK (state IN ('planned','assigned','on_device','submitted','sent_back','accepted','rectification_due','verified','failed','voided')),
  version      BIGINT NOT NULL,
  scope        TEXT COLLATE "C" NOT NULL,
  due_on       TEXT NOT NULL DEFAULT '',
  started_at   TIMESTAMPTZ,
  submitted_at TIMESTAMPTZ,
  reason       TEXT NOT NULL DEFAULT '',
  marks        JSONB NOT NULL DEFAULT '[]',
  result       JSONB NOT NULL DEFAULT '{}',
  seal         TEXT NOT NULL DEFAULT '',
  created_at   TIMESTAMPTZ NOT NULL,
  updated_at   TIMESTAMPTZ NOT NULL,
  CONSTRAINT inspection_two CHECK (lead IS NULL OR lead <> second),
  CONSTRAINT inspection_sheet_fk FOREIGN KEY (sheet) REFERENCES checklist_sheet (hash)
);
CREATE INDEX inspection_scope ON inspection (scope, state, id);
CREATE INDEX inspection_lead ON inspection (lead, state);
CREATE INDEX inspection_second ON inspection (second, state);
CREATE INDEX inspection_application ON inspection (application);
CREATE TRIGGER inspection_step BEFORE UPDATE OF state ON inspection FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('inspection');

-- Every answer ever given, one row for each change, under the id that the
-- device made. The newest of an item counts; the others stay.
CREATE TABLE inspection_answer (
  id          TEXT NOT NULL CONSTRAINT inspection_answer_pk PRIMARY KEY,
  inspection  TEXT NOT NULL,
  item        TEXT NOT NULL,
  n           BIGINT NOT NULL,
  answer      TEXT NOT NULL,
  digest      TEXT NOT NULL,
  device      TEXT NOT NULL DEFAULT '',
  device_at   TIMESTAMPTZ,
  account     TEXT NOT NULL,
  received_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT inspection_answer_n UNIQUE (inspection, n),
  CONSTRAINT inspection_answer_fk FOREIGN KEY (inspection) REFERENCES inspection (id)
);
CREATE INDEX inspection_answer_item ON inspection_answer (inspection, item, n);

-- Who signed the sheet, or refused to.
CREATE TABLE inspection_signature (
  inspection TEXT NOT NULL,
  party      TEXT NOT NULL CONSTRAINT inspection_signature_party CHECK (party IN ('lead','second','merchant')),
  name       TEXT NOT NULL,
  drawing    TEXT NOT NULL DEFAULT '',
  refused    TEXT NOT NULL DEFAULT '',
  account    TEXT NOT NULL,
  at         TIMESTAMPTZ NOT NULL,
  CONSTRAINT inspection_signature_pk PRIMARY KEY (inspection, party),
  CONSTRAINT inspection_signature_fk FOREIGN KEY (inspection) REFERENCES inspection (id)
);

-- Interests that inspectors declared: they are not sent to these operators.
CREATE TABLE conflict_interest (
  account  TEXT NOT NULL,
  operator TEXT NOT NULL,
  reason   TEXT NOT NULL,
  at       TIMESTAMPTZ NOT NULL,
  CONSTRAINT conflict_interest_pk PRIMARY KEY (account, operator)
);
