-- What a device knew of the start, of a signature and of an answer besides its
-- clock; and what the sheet comes to with the corrections that count.
ALTER TABLE inspection ADD COLUMN started TEXT NOT NULL DEFAULT '{}';
ALTER TABLE inspection ADD COLUMN amended TEXT;
ALTER TABLE inspection_answer ADD COLUMN age_ms BIGINT;
ALTER TABLE inspection_signature ADD COLUMN witness TEXT NOT NULL DEFAULT '';
ALTER TABLE inspection_signature ADD COLUMN moment TEXT NOT NULL DEFAULT '{}';

-- The sealed records (核查记录) of each inspection: the sheet as submitted, then
-- corrections and judgements of them, each naming the seal of the one before.
-- The content is the sealed text without its sheet, which is kept once.
CREATE TABLE inspection_record (
  seal       TEXT NOT NULL CONSTRAINT inspection_record_pk PRIMARY KEY,
  inspection TEXT NOT NULL,
  n          BIGINT NOT NULL,
  format     BIGINT NOT NULL,
  kind       TEXT NOT NULL CONSTRAINT inspection_record_kind CHECK (kind IN ('submission','amendment','decision')),
  previous   TEXT NOT NULL DEFAULT '',
  sheet      TEXT NOT NULL,
  content    TEXT NOT NULL,
  account    TEXT NOT NULL,
  at         TIMESTAMP NOT NULL,
  CONSTRAINT inspection_record_n UNIQUE (inspection, n),
  CONSTRAINT inspection_record_fk FOREIGN KEY (inspection) REFERENCES inspection (id),
  CONSTRAINT inspection_record_sheet_fk FOREIGN KEY (sheet) REFERENCES checklist_sheet (hash)
);
-- Seals made before are of the first format. Their text is made from the rows,
-- and stored once before those can change.
INSERT INTO inspection_record (seal, inspection, n, format, kind, previous, sheet, content, account, at)
  SELECT seal, id, 1, 1, 'submission', '', sheet, '', coalesce(lead, ''), submitted_at FROM inspection WHERE seal <> '';
CREATE TRIGGER inspection_record_no_update BEFORE UPDATE ON inspection_record WHEN OLD.content <> ''
BEGIN SELECT RAISE(ABORT, 'inspection records are append-only'); END;
CREATE TRIGGER inspection_record_no_delete BEFORE DELETE ON inspection_record
BEGIN SELECT RAISE(ABORT, 'inspection records are append-only'); END;

-- Corrections (补正) of submitted sheets.
CREATE TABLE inspection_amendment (
  id         TEXT NOT NULL CONSTRAINT inspection_amendment_pk PRIMARY KEY,
  inspection TEXT NOT NULL,
  seal       TEXT NOT NULL,
  state      TEXT NOT NULL CONSTRAINT inspection_amendment_state CHECK (state IN ('proposed','effective','declined')),
  version    BIGINT NOT NULL,
  scope      TEXT NOT NULL,
  by_account TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  reason     TEXT NOT NULL,
  changes    TEXT NOT NULL,
  result     TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  CONSTRAINT inspection_amendment_fk FOREIGN KEY (inspection) REFERENCES inspection (id),
  CONSTRAINT inspection_amendment_seal_fk FOREIGN KEY (seal) REFERENCES inspection_record (seal)
);
CREATE INDEX inspection_amendment_of ON inspection_amendment (inspection, id);
-- One correction at a time waits to be judged: the next one starts from it.
CREATE UNIQUE INDEX inspection_amendment_one ON inspection_amendment (inspection) WHERE state = 'proposed';
CREATE TRIGGER inspection_amendment_step BEFORE UPDATE OF state ON inspection_amendment
WHEN OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM lifecycle_step
  WHERE noun = 'amendment' AND from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'illegal step: amendment'); END;
