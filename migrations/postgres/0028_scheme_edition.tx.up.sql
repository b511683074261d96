-- Whose officers decide on a case during its notice.
ALTER TABLE application ADD COLUMN decides TEXT NOT NULL DEFAULT 'province_officer';

-- One more state.
ALTER TABLE application DROP CONSTRAINT application_state;
ALTER TABLE application ADD CONSTRAINT application_state CHECK (state IN ('draft','submitted','county_review','association_review','city_review','inspection_ordered','inspected','county_assessment','city_assessment','decision','public_notice','certified','returned','refused','withdrawn','objection_upheld'));

-- Editions of schemes (称号项目版本): drafted by one, published by another, then
-- fixed. The text is kept byte for byte, because its hash is made of it.
CREATE TABLE scheme_edition (
  id           TEXT NOT NULL CONSTRAINT scheme_edition_pk PRIMARY KEY,
  code         TEXT COLLATE "C" NOT NULL,
  edition      TEXT COLLATE "C" NOT NULL,
  state        TEXT NOT NULL CONSTRAINT scheme_edition_state CHECK (state IN ('draft','published','retired','discarded')),
  version      BIGINT NOT NULL,
  body         TEXT NOT NULL,
  hash         TEXT NOT NULL,
  based_on     TEXT NOT NULL DEFAULT '',
  summary      TEXT NOT NULL DEFAULT '',
  editors      TEXT NOT NULL DEFAULT '[]',
  drafted_by   TEXT NOT NULL DEFAULT '',
  published_by TEXT NOT NULL DEFAULT '',
  published_at TIMESTAMPTZ,
  reason       TEXT NOT NULL DEFAULT '',
  created_at   TIMESTAMPTZ NOT NULL,
  updated_at   TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX scheme_edition_name ON scheme_edition (code, edition) WHERE state <> 'discarded';
-- One version of a title is in force.
CREATE UNIQUE INDEX scheme_edition_current ON scheme_edition (code) WHERE state = 'published';
CREATE TRIGGER scheme_edition_step BEFORE UPDATE OF state ON scheme_edition FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('edition');
CREATE FUNCTION scheme_edition_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a published edition does not change'; END $$;
CREATE TRIGGER scheme_edition_fixed BEFORE UPDATE OF code, edition, body, hash ON scheme_edition FOR EACH ROW
  WHEN (OLD.state <> 'draft' AND (OLD.code, OLD.edition, OLD.body, OLD.hash) IS DISTINCT FROM (NEW.code, NEW.edition, NEW.body, NEW.hash))
  EXECUTE FUNCTION scheme_edition_is_fixed();
