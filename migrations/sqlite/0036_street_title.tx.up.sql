-- Who manages a street (街区、商圈), its office, which stands for it in cases
-- and visits, its rights station, its boundary and what was last found there.
ALTER TABLE street ADD COLUMN operator TEXT;
ALTER TABLE street ADD COLUMN office   TEXT;
ALTER TABLE street ADD COLUMN phone    TEXT NOT NULL DEFAULT '';
ALTER TABLE street ADD COLUMN photo    TEXT NOT NULL DEFAULT '';
ALTER TABLE street ADD COLUMN station  TEXT NOT NULL DEFAULT '';
ALTER TABLE street ADD COLUMN boundary TEXT NOT NULL DEFAULT '[]';
ALTER TABLE street ADD COLUMN datum    TEXT NOT NULL DEFAULT '' CONSTRAINT street_datum CHECK (datum IN ('','wgs84','gcj02','cgcs2000'));
ALTER TABLE street ADD COLUMN findings TEXT NOT NULL DEFAULT '{}';
CREATE INDEX street_scope ON street (scope, id);
CREATE INDEX street_operator ON street (operator);
CREATE INDEX street_office ON street (office);

-- How a shop became a member, whether it counts for the shares, and why it left.
ALTER TABLE street_member ADD COLUMN source   TEXT NOT NULL DEFAULT 'register' CONSTRAINT street_member_source CHECK (source IN ('register','list','map'));
ALTER TABLE street_member ADD COLUMN eligible BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE street_member ADD COLUMN why      TEXT NOT NULL DEFAULT '';
ALTER TABLE street_member ADD COLUMN left_why TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX street_member_now ON street_member (street, premises) WHERE left_on = '';

-- Shops inside the boundary that the register does not know: they count for
-- the shares and take part in nothing.
CREATE TABLE street_outsider (
  id         TEXT NOT NULL CONSTRAINT street_outsider_pk PRIMARY KEY,
  street     TEXT NOT NULL,
  name       TEXT NOT NULL,
  address    TEXT NOT NULL DEFAULT '',
  returns    BOOLEAN NOT NULL DEFAULT TRUE,
  eligible   BOOLEAN NOT NULL DEFAULT TRUE,
  why        TEXT NOT NULL DEFAULT '',
  listed_on  TEXT NOT NULL,
  gone_on    TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT street_outsider_fk FOREIGN KEY (street) REFERENCES street (id)
);
CREATE UNIQUE INDEX street_outsider_now ON street_outsider (street, name, address) WHERE gone_on = '';

-- Major incidents (重大消费安全、舆情事件). One officer records, another strikes.
CREATE TABLE street_incident (
  id          TEXT NOT NULL CONSTRAINT street_incident_pk PRIMARY KEY,
  street      TEXT NOT NULL,
  happened_on TEXT NOT NULL,
  summary     TEXT NOT NULL,
  source      TEXT NOT NULL,
  recorder    TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  at          TIMESTAMP NOT NULL,
  striker     TEXT,
  struck_by   TEXT NOT NULL DEFAULT '',
  struck_why  TEXT NOT NULL DEFAULT '',
  struck_at   TIMESTAMP,
  CONSTRAINT street_incident_fk FOREIGN KEY (street) REFERENCES street (id),
  CONSTRAINT street_incident_eyes CHECK (striker IS NULL OR striker <> recorder)
);
CREATE INDEX street_incident_street ON street_incident (street, happened_on);

-- Everything that bears on a street's title, with the judgement after it.
CREATE TABLE street_event (
  id        TEXT NOT NULL CONSTRAINT street_event_pk PRIMARY KEY,
  street    TEXT NOT NULL,
  kind      TEXT NOT NULL,
  premises  TEXT NOT NULL DEFAULT '',
  name      TEXT NOT NULL DEFAULT '',
  note      TEXT NOT NULL DEFAULT '',
  role      TEXT NOT NULL,
  actor     TEXT NOT NULL DEFAULT '',
  was       TEXT NOT NULL,
  standing  TEXT NOT NULL,
  judgement TEXT NOT NULL,
  at        TIMESTAMP NOT NULL,
  CONSTRAINT street_event_fk FOREIGN KEY (street) REFERENCES street (id)
);
CREATE INDEX street_event_street ON street_event (street, id);

-- Shops drawn for inspection (抽查): the frame, its hash and the seed, so that
-- anybody can draw again and find the same.
CREATE TABLE street_sample (
  id          TEXT NOT NULL CONSTRAINT street_sample_pk PRIMARY KEY,
  street      TEXT NOT NULL,
  application TEXT NOT NULL,
  frame       TEXT NOT NULL,
  frame_hash  TEXT NOT NULL,
  seed        TEXT NOT NULL,
  size        BIGINT NOT NULL,
  sheet_done  TEXT NOT NULL DEFAULT '',
  sheet_pass  BOOLEAN NOT NULL DEFAULT FALSE,
  closed      BOOLEAN NOT NULL DEFAULT FALSE,
  at          TIMESTAMP NOT NULL,
  CONSTRAINT street_sample_fk FOREIGN KEY (street) REFERENCES street (id),
  CONSTRAINT street_sample_application UNIQUE (application)
);
CREATE TABLE street_sample_shop (
  sample     TEXT NOT NULL,
  premises   TEXT NOT NULL,
  place      BIGINT NOT NULL,
  inspection TEXT NOT NULL DEFAULT '',
  outcome    TEXT NOT NULL DEFAULT '' CONSTRAINT street_sample_shop_outcome CHECK (outcome IN ('','passed','failed','void')),
  CONSTRAINT street_sample_shop_pk PRIMARY KEY (sample, premises),
  CONSTRAINT street_sample_shop_fk FOREIGN KEY (sample) REFERENCES street_sample (id)
);
CREATE INDEX street_sample_shop_inspection ON street_sample_shop (inspection);

-- Reminders of an organiser to members (提醒).
CREATE TABLE street_nudge (
  id      TEXT NOT NULL CONSTRAINT street_nudge_pk PRIMARY KEY,
  street  TEXT NOT NULL,
  words   TEXT NOT NULL,
  account TEXT NOT NULL,
  actor   TEXT NOT NULL,
  at      TIMESTAMP NOT NULL,
  CONSTRAINT street_nudge_fk FOREIGN KEY (street) REFERENCES street (id)
);
CREATE INDEX street_nudge_street ON street_nudge (street, id);
CREATE TABLE street_nudge_shop (
  nudge    TEXT NOT NULL,
  premises TEXT NOT NULL,
  street   TEXT NOT NULL,
  at       TIMESTAMP NOT NULL,
  CONSTRAINT street_nudge_shop_pk PRIMARY KEY (nudge, premises),
  CONSTRAINT street_nudge_shop_fk FOREIGN KEY (nudge) REFERENCES street_nudge (id)
);
CREATE INDEX street_nudge_shop_last ON street_nudge_shop (street, premises, at);

-- Stretches of days on which a street's title is at risk or has lapsed, as
-- foreseen by the last event. No sweep moves anything.
CREATE TABLE certificate_turn (
  certificate TEXT NOT NULL,
  n           BIGINT NOT NULL,
  standing    TEXT NOT NULL CONSTRAINT certificate_turn_standing CHECK (standing IN ('at_risk','lapsed')),
  from_on     TEXT NOT NULL,
  until_on    TEXT NOT NULL DEFAULT '',
  lapses_on   TEXT NOT NULL DEFAULT '',
  points      TEXT NOT NULL DEFAULT '[]',
  CONSTRAINT certificate_turn_pk PRIMARY KEY (certificate, n),
  CONSTRAINT certificate_turn_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);
CREATE INDEX certificate_street ON certificate (street);
