-- A title (称号) held by one premises or one street. What the register shows
-- of the shop is kept here too, so that one row answers one question.
CREATE TABLE certificate (
  id             TEXT NOT NULL CONSTRAINT certificate_pk PRIMARY KEY,
  number         TEXT NOT NULL CONSTRAINT certificate_number UNIQUE,
  scheme         TEXT NOT NULL,
  scheme_version TEXT NOT NULL,
  premises       TEXT,
  street         TEXT,
  operator       TEXT,
  application    TEXT CONSTRAINT certificate_application UNIQUE,
  state          TEXT NOT NULL CONSTRAINT certificate_state CHECK (state IN ('active','rectifying','suspended','revoked','withdrawn','superseded')),
  version        BIGINT NOT NULL,
  scope          TEXT COLLATE "C" NOT NULL,
  holder         TEXT NOT NULL,
  address        TEXT NOT NULL,
  division       TEXT COLLATE "C" NOT NULL,
  sectors        JSONB NOT NULL DEFAULT '[]',
  photo          TEXT NOT NULL DEFAULT '',
  phone          TEXT NOT NULL DEFAULT '',
  issuer         TEXT NOT NULL,
  approval       TEXT NOT NULL,
  issued_on      TEXT NOT NULL,
  expires_on     TEXT NOT NULL,
  inspected_on   TEXT NOT NULL DEFAULT '',
  grade          TEXT NOT NULL DEFAULT '',
  promises       JSONB NOT NULL DEFAULT '[]',
  reason         TEXT NOT NULL DEFAULT '',
  state_since    TIMESTAMPTZ NOT NULL,
  excluded_until TEXT NOT NULL DEFAULT '',
  successor      TEXT,
  created_at     TIMESTAMPTZ NOT NULL,
  updated_at     TIMESTAMPTZ NOT NULL,
  CONSTRAINT certificate_subject CHECK (premises IS NOT NULL OR street IS NOT NULL),
  CONSTRAINT certificate_dates CHECK (issued_on < expires_on),
  CONSTRAINT certificate_successor_fk FOREIGN KEY (successor) REFERENCES certificate (id)
);
CREATE INDEX certificate_scope ON certificate (scope, state, id);
CREATE INDEX certificate_premises ON certificate (premises);
CREATE INDEX certificate_operator ON certificate (operator);
CREATE INDEX certificate_division ON certificate (division, id);
CREATE INDEX certificate_scheme ON certificate (scheme, id);
CREATE INDEX certificate_by_state ON certificate (state, id);
-- One live title of a scheme for one premises or street.
CREATE UNIQUE INDEX certificate_live ON certificate (scheme, coalesce(premises, street))
  WHERE state IN ('active','rectifying','suspended');
CREATE TRIGGER certificate_step BEFORE UPDATE OF state ON certificate FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('certificate');

CREATE TABLE certificate_sector (
  sector      TEXT NOT NULL,
  certificate TEXT NOT NULL,
  CONSTRAINT certificate_sector_pk PRIMARY KEY (sector, certificate),
  CONSTRAINT certificate_sector_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);

-- What one officer proposed and a second one has to decide.
CREATE TABLE certificate_proposal (
  id          TEXT NOT NULL CONSTRAINT certificate_proposal_pk PRIMARY KEY,
  certificate TEXT NOT NULL,
  action      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  proposer    TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  proposed_at TIMESTAMPTZ NOT NULL,
  decider     TEXT,
  decided_at  TIMESTAMPTZ,
  outcome     TEXT NOT NULL DEFAULT '' CONSTRAINT certificate_proposal_outcome CHECK (outcome IN ('','approved','rejected')),
  CONSTRAINT certificate_proposal_fk FOREIGN KEY (certificate) REFERENCES certificate (id),
  CONSTRAINT certificate_proposal_eyes CHECK (decider IS NULL OR decider <> proposer)
);
CREATE UNIQUE INDEX certificate_proposal_open ON certificate_proposal (certificate) WHERE outcome = '';

-- One printed badge (标识). The serial is what the QR code carries.
CREATE TABLE sticker (
  id          TEXT NOT NULL CONSTRAINT sticker_pk PRIMARY KEY,
  serial      BIGINT NOT NULL CONSTRAINT sticker_serial UNIQUE,
  certificate TEXT NOT NULL,
  print_no    BIGINT NOT NULL,
  kind        TEXT NOT NULL CONSTRAINT sticker_kind CHECK (kind IN ('poster','sticker')),
  state       TEXT NOT NULL CONSTRAINT sticker_state CHECK (state IN ('printed','active','void')),
  version     BIGINT NOT NULL,
  scope       TEXT COLLATE "C" NOT NULL,
  created_at  TIMESTAMPTZ NOT NULL,
  updated_at  TIMESTAMPTZ NOT NULL,
  CONSTRAINT sticker_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id),
  CONSTRAINT sticker_print UNIQUE (certificate, print_no)
);
CREATE TRIGGER sticker_step BEFORE UPDATE OF state ON sticker FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('sticker');

-- Everything a scan shows, ready in one row, written in the transaction that
-- changes any of it.
CREATE TABLE badge_face (
  serial     BIGINT NOT NULL CONSTRAINT badge_face_pk PRIMARY KEY,
  face       TEXT NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
