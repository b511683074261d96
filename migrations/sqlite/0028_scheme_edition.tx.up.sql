-- Whose officers decide on a case during its notice.
ALTER TABLE application ADD COLUMN decides TEXT NOT NULL DEFAULT 'province_officer';

-- One more state. SQLite cannot alter a check; the text of the table is changed
-- in place, as its manual describes (ALTER TABLE, "Making Other Kinds Of Table
-- Schema Changes"), because no row has to be looked at.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''county_review'',''city_review'',''inspection_ordered''', '''county_review'',''association_review'',''city_review'',''inspection_ordered''')
  WHERE type = 'table' AND name = 'application';
PRAGMA writable_schema = RESET;

-- Editions of schemes (称号项目版本): drafted by one, published by another, then
-- fixed. The text is kept byte for byte, because its hash is made of it.
CREATE TABLE scheme_edition (
  id           TEXT NOT NULL CONSTRAINT scheme_edition_pk PRIMARY KEY,
  code         TEXT NOT NULL,
  edition      TEXT NOT NULL,
  state        TEXT NOT NULL CONSTRAINT scheme_edition_state CHECK (state IN ('draft','published','retired','discarded')),
  version      BIGINT NOT NULL,
  body         TEXT NOT NULL,
  hash         TEXT NOT NULL,
  based_on     TEXT NOT NULL DEFAULT '',
  summary      TEXT NOT NULL DEFAULT '',
  editors      TEXT NOT NULL DEFAULT '[]',
  drafted_by   TEXT NOT NULL DEFAULT '',
  published_by TEXT NOT NULL DEFAULT '',
  published_at TIMESTAMP,
  reason       TEXT NOT NULL DEFAULT '',
  created_at   TIMESTAMP NOT NULL,
  updated_at   TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX scheme_edition_name ON scheme_edition (code, edition) WHERE state <> 'discarded';
-- One version of a title is in force.
CREATE UNIQUE INDEX scheme_edition_current ON scheme_edition (code) WHERE state = 'published';
CREATE TRIGGER scheme_edition_step BEFORE UPDATE OF state ON scheme_edition
WHEN OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM lifecycle_step
  WHERE noun = 'edition' AND from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'illegal step: edition'); END;
CREATE TRIGGER scheme_edition_fixed BEFORE UPDATE OF code, edition, body, hash ON scheme_edition
WHEN OLD.state <> 'draft' AND (OLD.code <> NEW.code OR OLD.edition <> NEW.edition OR OLD.body <> NEW.body OR OLD.hash <> NEW.hash)
BEGIN SELECT RAISE(ABORT, 'a published edition does not change'); END;
