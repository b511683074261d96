-- The exact text of every scheme version that a case began with.
CREATE TABLE scheme (
  code    TEXT NOT NULL,
  version TEXT NOT NULL,
  hash    TEXT NOT NULL,
  body    JSONB NOT NULL,
  at      TIMESTAMPTZ NOT NULL,
  CONSTRAINT scheme_pk PRIMARY KEY (code, version)
);

-- The questions that a case was asked, as they were asked. The text is kept
-- byte for byte, because its hash is its name.
CREATE TABLE application_sheet (
  hash TEXT NOT NULL CONSTRAINT application_sheet_pk PRIMARY KEY,
  body TEXT NOT NULL,
  at   TIMESTAMPTZ NOT NULL
);

-- An application (申报) for one title for one shop or street.
CREATE TABLE application (
  id             TEXT NOT NULL CONSTRAINT application_pk PRIMARY KEY,
  case_no        TEXT CONSTRAINT application_case_no UNIQUE,
  scheme         TEXT NOT NULL,
  scheme_version TEXT NOT NULL,
  premises       TEXT NOT NULL,
  operator       TEXT NOT NULL,
  street         TEXT,
  owner          TEXT NOT NULL,
  state          TEXT NOT NULL CONSTRAINT application_state CHECK (state IN ('draft','submitted','county_review','city_review','inspection_ordered','inspected','county_assessment','city_assessment','decision','public_notice','certified','returned','refused','withdrawn','objection_upheld')),
  version        BIGINT NOT NULL,
  scope          TEXT COLLATE "C" NOT NULL,
  returned_from  TEXT NOT NULL DEFAULT '',
  due_on         TEXT NOT NULL DEFAULT '',
  state_since    TIMESTAMPTZ NOT NULL,
  submitted_at   TIMESTAMPTZ,
  form           JSONB NOT NULL DEFAULT '{}',
  sheet          JSONB NOT NULL DEFAULT '{}',
  corrections    JSONB NOT NULL DEFAULT '[]',
  score          JSONB NOT NULL DEFAULT '{}',
  signed         JSONB,
  result         JSONB,
  reason         TEXT NOT NULL DEFAULT '',
  appeal_until   TEXT NOT NULL DEFAULT '',
  certificate    TEXT,
  created_at     TIMESTAMPTZ NOT NULL,
  updated_at     TIMESTAMPTZ NOT NULL,
  CONSTRAINT application_scheme_fk FOREIGN KEY (scheme, scheme_version) REFERENCES scheme (code, version),
  CONSTRAINT application_premises_fk FOREIGN KEY (premises) REFERENCES premises (id),
  CONSTRAINT application_operator_fk FOREIGN KEY (operator) REFERENCES operator (id)
);
CREATE INDEX application_queue ON application (state, scope, due_on, id);
CREATE INDEX application_operator ON application (operator, id);
CREATE INDEX application_premises ON application (premises, id);
-- One open case for a shop and a scheme.
CREATE UNIQUE INDEX application_open ON application (premises, scheme)
  WHERE state NOT IN ('certified','refused','withdrawn','objection_upheld');
CREATE TRIGGER application_step BEFORE UPDATE OF state ON application FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('application');

-- The documents that a case rests on.
CREATE TABLE application_document (
  application TEXT NOT NULL,
  kind        TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  filename    TEXT NOT NULL,
  at          TIMESTAMPTZ NOT NULL,
  CONSTRAINT application_document_pk PRIMARY KEY (application, kind, sha256),
  CONSTRAINT application_document_fk FOREIGN KEY (application) REFERENCES application (id),
  CONSTRAINT application_document_blob_fk FOREIGN KEY (sha256) REFERENCES blob (sha256)
);

-- Who inspected the case: they may not decide on it.
CREATE TABLE application_inspector (
  application TEXT NOT NULL,
  account     TEXT NOT NULL,
  inspection  TEXT NOT NULL,
  CONSTRAINT application_inspector_pk PRIMARY KEY (application, account, inspection),
  CONSTRAINT application_inspector_fk FOREIGN KEY (application) REFERENCES application (id)
);

-- A public notice (公示) with what it said on its first day.
CREATE TABLE notice (
  id          TEXT NOT NULL CONSTRAINT notice_pk PRIMARY KEY,
  number      TEXT NOT NULL CONSTRAINT notice_number UNIQUE,
  application TEXT NOT NULL,
  scheme      TEXT NOT NULL,
  scope       TEXT COLLATE "C" NOT NULL,
  holder      TEXT NOT NULL,
  operator    TEXT NOT NULL,
  address     TEXT NOT NULL,
  division    TEXT COLLATE "C" NOT NULL,
  sectors     JSONB NOT NULL DEFAULT '[]',
  opens_on    TEXT NOT NULL,
  closes_on   TEXT NOT NULL,
  outcome     TEXT NOT NULL DEFAULT '' CONSTRAINT notice_outcome CHECK (outcome IN ('','certified','objection_upheld','withdrawn')),
  announcer   TEXT NOT NULL,
  created_at  TIMESTAMPTZ NOT NULL,
  CONSTRAINT notice_application_fk FOREIGN KEY (application) REFERENCES application (id),
  CONSTRAINT notice_dates CHECK (opens_on <= closes_on)
);
CREATE INDEX notice_application ON notice (application);
CREATE INDEX notice_closes ON notice (closes_on, id);

-- Objections (异议). Name and contact are for the deciding officers only.
CREATE TABLE objection (
  id          TEXT NOT NULL CONSTRAINT objection_pk PRIMARY KEY,
  number      TEXT NOT NULL CONSTRAINT objection_number UNIQUE,
  notice      TEXT NOT NULL,
  application TEXT NOT NULL,
  scope       TEXT COLLATE "C" NOT NULL,
  body        TEXT NOT NULL,
  party       TEXT NOT NULL CONSTRAINT objection_party CHECK (party IN ('person','organisation')),
  name        TEXT NOT NULL,
  contact     TEXT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT objection_state CHECK (state IN ('open','upheld','dismissed')),
  reason      TEXT NOT NULL DEFAULT '',
  decided_by  TEXT,
  decided_at  TIMESTAMPTZ,
  version     BIGINT NOT NULL,
  created_at  TIMESTAMPTZ NOT NULL,
  CONSTRAINT objection_notice_fk FOREIGN KEY (notice) REFERENCES notice (id),
  CONSTRAINT objection_application_fk FOREIGN KEY (application) REFERENCES application (id)
);
CREATE INDEX objection_application ON objection (application, state);
