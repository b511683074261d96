-- The items that one request of a device brought together: one signature
-- stands for all their receipts. leaves are the hashes of the receipts in the
-- order of their numbers, from first on, 32 bytes each, as base64url; sig signs
-- the root of the tree above them.
CREATE TABLE tablet_batch (
  id      TEXT NOT NULL CONSTRAINT tablet_batch_pk PRIMARY KEY,
  account TEXT NOT NULL,
  device  TEXT NOT NULL,
  first   BIGINT NOT NULL,
  at      TIMESTAMP NOT NULL,
  key     TEXT NOT NULL,
  sig     TEXT NOT NULL,
  leaves  TEXT NOT NULL
);

-- Items of a batch leave to it what they share; those from before, and those
-- of devices that know single receipts only, have a signature of their own.
CREATE TABLE tablet_item_new (
  id         TEXT NOT NULL CONSTRAINT tablet_item_pk PRIMARY KEY,
  batch      TEXT NOT NULL DEFAULT '',
  account    TEXT NOT NULL DEFAULT '',
  device     TEXT NOT NULL DEFAULT '',
  seq        BIGINT NOT NULL,
  kind       TEXT NOT NULL,
  inspection TEXT NOT NULL,
  outcome    TEXT NOT NULL CONSTRAINT tablet_item_outcome CHECK (outcome IN ('accepted','conflict','parked')),
  hash       TEXT NOT NULL,
  n          BIGINT NOT NULL,
  key        TEXT NOT NULL DEFAULT '',
  sig        TEXT NOT NULL DEFAULT '',
  at         TIMESTAMP,
  device_at  TIMESTAMP,
  boot       TEXT NOT NULL DEFAULT '',
  mono       BIGINT NOT NULL DEFAULT 0,
  skew       BIGINT NOT NULL DEFAULT 0,
  content    TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
INSERT INTO tablet_item_new (id, account, device, seq, kind, inspection, outcome, hash, n, key, sig, at, device_at, boot, mono, skew, content)
  SELECT id, account, device, seq, kind, inspection, outcome, hash, n, key, sig, at, device_at, boot, mono, skew, content FROM tablet_item;
DROP TABLE tablet_item;
ALTER TABLE tablet_item_new RENAME TO tablet_item;
CREATE INDEX tablet_item_note ON tablet_item (inspection) WHERE kind = 'note';

-- Whether an author has anything in quarantine is asked with each request.
CREATE INDEX tablet_quarantine_author ON tablet_quarantine (account);
