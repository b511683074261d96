-- Takeovers of shops (门店承接): who asks to go on with a shop of another
-- operator, what that operator says, and what the county decided. The shop of
-- before ends and names the one that follows it; its id is never given away.
ALTER TABLE premises ADD COLUMN successor TEXT CONSTRAINT premises_successor_fk REFERENCES premises (id);
CREATE INDEX premises_successor ON premises (successor) WHERE successor IS NOT NULL;

CREATE TABLE takeover (
  id          TEXT NOT NULL CONSTRAINT takeover_pk PRIMARY KEY,
  number      TEXT NOT NULL CONSTRAINT takeover_number UNIQUE,
  premises    TEXT NOT NULL,
  holder      TEXT NOT NULL,
  address     TEXT NOT NULL,
  division    TEXT NOT NULL,
  scope       TEXT NOT NULL,
  giver       TEXT NOT NULL,
  giver_name  TEXT NOT NULL,
  taker       TEXT NOT NULL,
  taker_name  TEXT NOT NULL,
  sign        TEXT NOT NULL,
  phone       TEXT NOT NULL DEFAULT '',
  began_on    TEXT NOT NULL,
  note        TEXT NOT NULL DEFAULT '',
  evidence    JSONB NOT NULL DEFAULT '[]',
  state       TEXT NOT NULL CONSTRAINT takeover_state CHECK (state IN ('filed','consented','objected','checked','taken_over','declined','retracted')),
  version     BIGINT NOT NULL,
  answer_by   TEXT NOT NULL,
  answer      TEXT NOT NULL DEFAULT '',
  finding     TEXT NOT NULL DEFAULT '',
  reason      TEXT NOT NULL DEFAULT '',
  due_on      TEXT NOT NULL,
  taken_on    TEXT NOT NULL DEFAULT '',
  successor   TEXT,
  filed_by    TEXT NOT NULL,
  created_at  TIMESTAMPTZ NOT NULL,
  updated_at  TIMESTAMPTZ NOT NULL,
  CONSTRAINT takeover_parties CHECK (giver <> taker),
  CONSTRAINT takeover_premises_fk FOREIGN KEY (premises) REFERENCES premises (id),
  CONSTRAINT takeover_successor_fk FOREIGN KEY (successor) REFERENCES premises (id)
);
CREATE INDEX takeover_scope ON takeover (scope, state, due_on, id);
CREATE INDEX takeover_giver ON takeover (giver, id);
CREATE INDEX takeover_taker ON takeover (taker, id);
-- One request for a shop at a time.
CREATE UNIQUE INDEX takeover_open ON takeover (premises) WHERE state IN ('filed','consented','objected','checked');
CREATE TRIGGER takeover_step BEFORE UPDATE OF state ON takeover FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('takeover');
