-- The items that one request of a device brought together: one signature
-- stands for all their receipts. leaves are the hashes of the receipts in the
-- order of their numbers, from first on, 32 bytes each, as base64url; sig signs
-- the root of the tree above them.
CREATE TABLE tablet_batch (
  id      TEXT NOT NULL CONSTRAINT tablet_batch_pk PRIMARY KEY,
  account TEXT NOT NULL,
  device  TEXT NOT NULL,
  first   BIGINT NOT NULL,
  at      TIMESTAMPTZ NOT NULL,
  key     TEXT NOT NULL,
  sig     TEXT NOT NULL,
  leaves  TEXT NOT NULL
);

-- Items of a batch leave to it what they share; those from before, and those
-- of devices that know single receipts only, have a signature of their own.
ALTER TABLE tablet_item ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE tablet_item ALTER COLUMN account SET DEFAULT '';
ALTER TABLE tablet_item ALTER COLUMN device SET DEFAULT '';
ALTER TABLE tablet_item ALTER COLUMN key SET DEFAULT '';
ALTER TABLE tablet_item ALTER COLUMN sig SET DEFAULT '';
ALTER TABLE tablet_item ALTER COLUMN at DROP NOT NULL;
DROP INDEX tablet_item_of;
CREATE INDEX tablet_item_note ON tablet_item (inspection) WHERE kind = 'note';

-- Whether an author has anything in quarantine is asked with each request.
CREATE INDEX tablet_quarantine_author ON tablet_quarantine (account);
