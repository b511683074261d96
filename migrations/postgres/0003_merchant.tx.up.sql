-- Photos and files, each kept once under the hash of what is stored.
CREATE TABLE blob (
  sha256          TEXT NOT NULL CONSTRAINT blob_pk PRIMARY KEY,
  kind            TEXT NOT NULL CONSTRAINT blob_kind CHECK (kind IN ('image','pdf')),
  bytes           BIGINT NOT NULL,
  width           BIGINT NOT NULL DEFAULT 0,
  height          BIGINT NOT NULL DEFAULT 0,
  original_sha256 TEXT NOT NULL,
  owner           TEXT NOT NULL,
  created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX blob_original ON blob (original_sha256);

-- Who may see a file that is not public: whoever sent the same bytes, and
-- those who see the record that it was attached to.
CREATE TABLE blob_use (
  sha256   TEXT NOT NULL,
  noun     TEXT NOT NULL CONSTRAINT blob_use_noun CHECK (noun IN ('account','operator','premises','application','inspection','certificate')),
  id       TEXT NOT NULL,
  operator TEXT NOT NULL DEFAULT '',
  scope    TEXT COLLATE "C" NOT NULL DEFAULT '',
  open     BOOLEAN NOT NULL DEFAULT FALSE,
  at       TIMESTAMPTZ NOT NULL,
  CONSTRAINT blob_use_pk PRIMARY KEY (sha256, noun, id),
  CONSTRAINT blob_use_fk FOREIGN KEY (sha256) REFERENCES blob (sha256)
);

-- An operator (经营主体), known by its unified social credit code.
CREATE TABLE operator (
  id            TEXT NOT NULL CONSTRAINT operator_pk PRIMARY KEY,
  uscc          TEXT NOT NULL CONSTRAINT operator_uscc UNIQUE,
  name          TEXT NOT NULL,
  legal_form    TEXT NOT NULL DEFAULT '',
  founded_on    TEXT NOT NULL DEFAULT '',
  contact_name  TEXT NOT NULL DEFAULT '',
  contact_phone TEXT NOT NULL DEFAULT '',
  facts         JSONB NOT NULL DEFAULT '{}',
  scope         TEXT COLLATE "C" NOT NULL DEFAULT '',
  version       BIGINT NOT NULL,
  created_at    TIMESTAMPTZ NOT NULL,
  updated_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX operator_scope ON operator (scope, id);

-- Penalties (行政处罚) as imported, with the day and the source.
CREATE TABLE operator_penalty (
  operator    TEXT NOT NULL,
  document    TEXT NOT NULL,
  decided_on  TEXT NOT NULL,
  intentional BOOLEAN NOT NULL DEFAULT FALSE,
  summary     TEXT NOT NULL DEFAULT '',
  source      TEXT NOT NULL,
  at          TIMESTAMPTZ NOT NULL,
  CONSTRAINT operator_penalty_pk PRIMARY KEY (operator, document),
  CONSTRAINT operator_penalty_fk FOREIGN KEY (operator) REFERENCES operator (id)
);

-- A shop (门店); its id is permanent and never given to another.
CREATE TABLE premises (
  id         TEXT NOT NULL CONSTRAINT premises_pk PRIMARY KEY,
  operator   TEXT NOT NULL,
  name       TEXT NOT NULL,
  address    TEXT NOT NULL,
  place_key  TEXT NOT NULL,
  division   TEXT COLLATE "C" NOT NULL,
  lng        DOUBLE PRECISION,
  lat        DOUBLE PRECISION,
  datum      TEXT NOT NULL DEFAULT '' CONSTRAINT premises_datum CHECK (datum IN ('','wgs84','gcj02','cgcs2000')),
  sectors    JSONB NOT NULL DEFAULT '[]',
  phone      TEXT NOT NULL DEFAULT '',
  photo      TEXT NOT NULL DEFAULT '',
  scope      TEXT COLLATE "C" NOT NULL,
  active     BOOLEAN NOT NULL DEFAULT TRUE,
  closed_on  TEXT NOT NULL DEFAULT '',
  version    BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT premises_operator_fk FOREIGN KEY (operator) REFERENCES operator (id),
  CONSTRAINT premises_point CHECK ((lng IS NULL) = (lat IS NULL) AND (lng IS NULL OR datum <> ''))
);
CREATE INDEX premises_operator ON premises (operator, id);
CREATE INDEX premises_scope ON premises (scope, id);
CREATE INDEX premises_division ON premises (division, id);
-- No way in makes the same shop twice.
CREATE UNIQUE INDEX premises_place ON premises (operator, place_key) WHERE active;

CREATE TABLE premises_sector (
  premises TEXT NOT NULL,
  sector   TEXT NOT NULL,
  CONSTRAINT premises_sector_pk PRIMARY KEY (premises, sector),
  CONSTRAINT premises_sector_fk FOREIGN KEY (premises) REFERENCES premises (id)
);
CREATE INDEX premises_sector_by ON premises_sector (sector, premises);

-- Work items (待办) opened by sweeps and by what people report.
CREATE TABLE task (
  id         TEXT NOT NULL CONSTRAINT task_pk PRIMARY KEY,
  kind       TEXT NOT NULL,
  noun       TEXT NOT NULL,
  subject    TEXT NOT NULL,
  dedupe     TEXT NOT NULL,
  scope      TEXT COLLATE "C" NOT NULL,
  state      TEXT NOT NULL CONSTRAINT task_state CHECK (state IN ('open','done')),
  due_on     TEXT NOT NULL DEFAULT '',
  data       JSONB NOT NULL DEFAULT '{}',
  note       TEXT NOT NULL DEFAULT '',
  closed_by  TEXT,
  closed_at  TIMESTAMPTZ,
  version    BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX task_queue ON task (state, scope, due_on, id);
CREATE INDEX task_subject ON task (subject, id);
-- A sweep that runs twice opens one task.
CREATE UNIQUE INDEX task_once ON task (kind, dedupe) WHERE state = 'open';
