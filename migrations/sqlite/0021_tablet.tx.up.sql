-- What two authors of one sheet have to know of each other: which version an
-- answer was given on, and which content a signature stands under.
ALTER TABLE inspection_answer ADD COLUMN base TEXT NOT NULL DEFAULT '';
ALTER TABLE inspection_signature ADD COLUMN content_hash TEXT NOT NULL DEFAULT '';

-- Items that two authors answered differently without knowing of each other.
-- All versions stay among the answers; the lead says which one counts.
CREATE TABLE inspection_conflict (
  id         TEXT NOT NULL CONSTRAINT inspection_conflict_pk PRIMARY KEY,
  inspection TEXT NOT NULL,
  item       TEXT NOT NULL,
  versions   TEXT NOT NULL,
  opened_at  TIMESTAMP NOT NULL,
  closed_at  TIMESTAMP,
  closed_by  TEXT NOT NULL DEFAULT '',
  kept       TEXT NOT NULL DEFAULT '',
  CONSTRAINT inspection_conflict_fk FOREIGN KEY (inspection) REFERENCES inspection (id)
);
CREATE INDEX inspection_conflict_of ON inspection_conflict (inspection, id);
CREATE UNIQUE INDEX inspection_conflict_one ON inspection_conflict (inspection, item) WHERE closed_at IS NULL;

-- Photos that a device announced, by the hash that the device knows. The bytes
-- come later, under cipher; stored names the file once they did.
CREATE TABLE inspection_photo (
  inspection TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  item       TEXT NOT NULL DEFAULT '',
  bytes      BIGINT NOT NULL,
  cipher     TEXT NOT NULL,
  secret     TEXT NOT NULL,
  iv         TEXT NOT NULL,
  moment     TEXT NOT NULL DEFAULT '{}',
  account    TEXT NOT NULL,
  at         TIMESTAMP NOT NULL,
  stored     TEXT NOT NULL DEFAULT '',
  stored_at  TIMESTAMP,
  cause      TEXT NOT NULL DEFAULT '',
  CONSTRAINT inspection_photo_pk PRIMARY KEY (inspection, sha256),
  CONSTRAINT inspection_photo_fk FOREIGN KEY (inspection) REFERENCES inspection (id)
);
CREATE INDEX inspection_photo_cipher ON inspection_photo (cipher);

-- Sheets that were closed on a device while photos were still on the way.
CREATE TABLE inspection_closing (
  inspection TEXT NOT NULL CONSTRAINT inspection_closing_pk PRIMARY KEY,
  hash       TEXT NOT NULL,
  moment     TEXT NOT NULL DEFAULT '{}',
  account    TEXT NOT NULL,
  actor      TEXT NOT NULL,
  at         TIMESTAMP NOT NULL,
  cause      TEXT NOT NULL DEFAULT '',
  CONSTRAINT inspection_closing_fk FOREIGN KEY (inspection) REFERENCES inspection (id)
);

-- Tablets (平板) of inspectors, one row for each of its users. The ticket lets
-- the device send what it holds when nobody is signed in; only its hash is kept.
CREATE TABLE tablet_device (
  id         TEXT NOT NULL,
  account    TEXT NOT NULL,
  name       TEXT NOT NULL,
  scope      TEXT NOT NULL,
  ticket     TEXT NOT NULL CONSTRAINT tablet_device_ticket UNIQUE,
  receipts   BIGINT NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  seen_at    TIMESTAMP,
  revoked_at TIMESTAMP,
  CONSTRAINT tablet_device_pk PRIMARY KEY (id, account),
  CONSTRAINT tablet_device_account_fk FOREIGN KEY (account) REFERENCES account (id)
);
CREATE INDEX tablet_device_of ON tablet_device (account);
CREATE INDEX tablet_device_scope ON tablet_device (scope, id);

-- Every item a device sent, with the receipt it got. The content of answers
-- stands with the inspection, that of other kinds here.
CREATE TABLE tablet_item (
  id         TEXT NOT NULL CONSTRAINT tablet_item_pk PRIMARY KEY,
  account    TEXT NOT NULL,
  device     TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  kind       TEXT NOT NULL,
  inspection TEXT NOT NULL,
  outcome    TEXT NOT NULL CONSTRAINT tablet_item_outcome CHECK (outcome IN ('accepted','conflict','parked')),
  hash       TEXT NOT NULL,
  n          BIGINT NOT NULL,
  key        TEXT NOT NULL,
  sig        TEXT NOT NULL,
  at         TIMESTAMP NOT NULL,
  device_at  TIMESTAMP,
  boot       TEXT NOT NULL DEFAULT '',
  mono       BIGINT NOT NULL DEFAULT 0,
  skew       BIGINT NOT NULL DEFAULT 0,
  content    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX tablet_item_of ON tablet_item (inspection, kind);

-- What could not be placed, whole, with the cause: nothing that was sent is
-- thrown away.
CREATE TABLE tablet_quarantine (
  id         TEXT NOT NULL CONSTRAINT tablet_quarantine_pk PRIMARY KEY,
  item       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  account    TEXT NOT NULL,
  name       TEXT NOT NULL,
  device     TEXT NOT NULL,
  scope      TEXT NOT NULL,
  inspection TEXT NOT NULL,
  kind       TEXT NOT NULL,
  cause      TEXT NOT NULL,
  content    TEXT NOT NULL,
  n          BIGINT NOT NULL,
  key        TEXT NOT NULL,
  sig        TEXT NOT NULL,
  at         TIMESTAMP NOT NULL,
  settled_at TIMESTAMP,
  settled_by TEXT NOT NULL DEFAULT '',
  note       TEXT NOT NULL DEFAULT '',
  CONSTRAINT tablet_quarantine_once UNIQUE (item, hash)
);
CREATE INDEX tablet_quarantine_scope ON tablet_quarantine (scope, id);
CREATE INDEX tablet_quarantine_of ON tablet_quarantine (inspection);

-- Encrypted photos on their way, by the hash of the encrypted bytes.
CREATE TABLE tablet_upload (
  sha256     TEXT NOT NULL,
  account    TEXT NOT NULL,
  bytes      BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  done_at    TIMESTAMP,
  CONSTRAINT tablet_upload_pk PRIMARY KEY (sha256, account)
);
CREATE INDEX tablet_upload_end ON tablet_upload (expires_at);

-- Visits that were taken from an inspector: voided, or given to others.
CREATE TABLE tablet_withdrawn (
  account    TEXT NOT NULL,
  inspection TEXT NOT NULL,
  cause      TEXT NOT NULL CONSTRAINT tablet_withdrawn_cause CHECK (cause IN ('voided','reassigned')),
  reason     TEXT NOT NULL,
  at         TIMESTAMP NOT NULL,
  CONSTRAINT tablet_withdrawn_pk PRIMARY KEY (account, inspection)
);
