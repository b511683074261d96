-- No-reason-return pledges (线下无理由退货承诺, GB/T 44904—2024). A row is one
-- commitment of one shop from a day to a day; a renewal is a new row that
-- names the one before it.
CREATE TABLE pledge (
  id             TEXT NOT NULL CONSTRAINT pledge_pk PRIMARY KEY,
  number         TEXT NOT NULL CONSTRAINT pledge_number UNIQUE,
  scheme         TEXT NOT NULL,
  scheme_version TEXT NOT NULL,
  premises       TEXT NOT NULL,
  operator       TEXT NOT NULL,
  certificate    TEXT,
  previous       TEXT,
  round          BIGINT NOT NULL DEFAULT 1 CONSTRAINT pledge_round CHECK (round >= 1),
  state          TEXT NOT NULL CONSTRAINT pledge_state CHECK (state IN ('draft','published','held','active','yellow_card','red_card','removed','refused','objection_upheld','withdrawn','superseded')),
  version        BIGINT NOT NULL,
  scope          TEXT COLLATE "C" NOT NULL,
  holder         TEXT NOT NULL,
  address        TEXT NOT NULL,
  division       TEXT COLLATE "C" NOT NULL,
  sectors        JSONB NOT NULL DEFAULT '[]',
  draft          JSONB NOT NULL DEFAULT '{}',
  step           TEXT NOT NULL DEFAULT '',
  signed_by      TEXT NOT NULL DEFAULT '',
  signed_on      TEXT COLLATE "C" NOT NULL DEFAULT '',
  objection_until TEXT COLLATE "C" NOT NULL DEFAULT '',
  effective_on   TEXT COLLATE "C" NOT NULL DEFAULT '',
  expires_on     TEXT COLLATE "C" NOT NULL DEFAULT '',
  ended_on       TEXT COLLATE "C" NOT NULL DEFAULT '',
  days           BIGINT NOT NULL DEFAULT 0,
  open_objections BIGINT NOT NULL DEFAULT 0,
  card_due       TEXT COLLATE "C" NOT NULL DEFAULT '',
  reason         TEXT NOT NULL DEFAULT '',
  state_since    TIMESTAMPTZ NOT NULL,
  excluded_until TEXT COLLATE "C" NOT NULL DEFAULT '',
  publish_ledger BOOLEAN NOT NULL DEFAULT FALSE,
  owner          TEXT,
  created_at     TIMESTAMPTZ NOT NULL,
  updated_at     TIMESTAMPTZ NOT NULL,
  CONSTRAINT pledge_dates CHECK (effective_on = '' OR effective_on <= expires_on),
  CONSTRAINT pledge_previous_fk FOREIGN KEY (previous) REFERENCES pledge (id),
  CONSTRAINT pledge_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);
CREATE INDEX pledge_scope ON pledge (scope, state, id);
CREATE INDEX pledge_premises ON pledge (premises, id);
CREATE INDEX pledge_operator ON pledge (operator, id);
CREATE INDEX pledge_certificate ON pledge (certificate, id);
CREATE INDEX pledge_division ON pledge (division, id);
CREATE INDEX pledge_effect ON pledge (state, effective_on, id);
-- One pledge of a shop on its way, and one that stands.
CREATE UNIQUE INDEX pledge_coming ON pledge (premises) WHERE state IN ('draft','published','held');
CREATE UNIQUE INDEX pledge_standing ON pledge (premises) WHERE state IN ('active','yellow_card','red_card');
CREATE TRIGGER pledge_step BEFORE UPDATE OF state ON pledge FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_step('pledge');

-- The terms of a pledge, version by version; none is ever changed or removed,
-- because each purchase is judged by the terms of its day.
CREATE TABLE pledge_terms (
  pledge         TEXT NOT NULL,
  no             BIGINT NOT NULL CONSTRAINT pledge_terms_no CHECK (no >= 1),
  effective_from TEXT COLLATE "C" NOT NULL,
  body           JSONB NOT NULL,
  days           BIGINT NOT NULL CONSTRAINT pledge_terms_days CHECK (days >= 7),
  signed_by      TEXT NOT NULL,
  account        TEXT,
  created_at     TIMESTAMPTZ NOT NULL,
  CONSTRAINT pledge_terms_pk PRIMARY KEY (pledge, no),
  CONSTRAINT pledge_terms_day UNIQUE (pledge, effective_from),
  CONSTRAINT pledge_terms_fk FOREIGN KEY (pledge) REFERENCES pledge (id)
);

-- Which goods a pledge covers today, for the public list.
CREATE TABLE pledge_goods (
  goods  TEXT COLLATE "C" NOT NULL,
  pledge TEXT NOT NULL,
  CONSTRAINT pledge_goods_pk PRIMARY KEY (goods, pledge),
  CONSTRAINT pledge_goods_fk FOREIGN KEY (pledge) REFERENCES pledge (id)
);
CREATE INDEX pledge_goods_pledge ON pledge_goods (pledge);

-- Objections (异议). Name and contact are for the deciding officers only.
CREATE TABLE pledge_objection (
  id         TEXT NOT NULL CONSTRAINT pledge_objection_pk PRIMARY KEY,
  number     TEXT NOT NULL CONSTRAINT pledge_objection_number UNIQUE,
  pledge     TEXT NOT NULL,
  scope      TEXT COLLATE "C" NOT NULL,
  body       TEXT NOT NULL,
  name       TEXT NOT NULL,
  contact    TEXT NOT NULL,
  state      TEXT NOT NULL CONSTRAINT pledge_objection_state CHECK (state IN ('open','upheld','dismissed')),
  reason     TEXT NOT NULL DEFAULT '',
  decided_by TEXT,
  decided_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT pledge_objection_fk FOREIGN KEY (pledge) REFERENCES pledge (id)
);
CREATE INDEX pledge_objection_pledge ON pledge_objection (pledge, state);

-- Yellow and red cards (黄牌、红牌).
CREATE TABLE pledge_card (
  id         TEXT NOT NULL CONSTRAINT pledge_card_pk PRIMARY KEY,
  pledge     TEXT NOT NULL,
  premises   TEXT NOT NULL,
  colour     TEXT NOT NULL CONSTRAINT pledge_card_colour CHECK (colour IN ('yellow','red')),
  cause      TEXT NOT NULL CONSTRAINT pledge_card_cause CHECK (cause IN ('officer','test_refused','not_fixed')),
  reason     TEXT NOT NULL,
  visit      TEXT,
  issued_by  TEXT,
  issued_on  TEXT COLLATE "C" NOT NULL,
  due_on     TEXT COLLATE "C" NOT NULL,
  fix        TEXT NOT NULL DEFAULT '',
  evidence   JSONB NOT NULL DEFAULT '[]',
  fixed_on   TEXT COLLATE "C" NOT NULL DEFAULT '',
  outcome    TEXT NOT NULL DEFAULT '' CONSTRAINT pledge_card_outcome CHECK (outcome IN ('','cleared','escalated','removed','annulled','left')),
  closed_by  TEXT,
  closed_on  TEXT COLLATE "C" NOT NULL DEFAULT '',
  note       TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT pledge_card_fk FOREIGN KEY (pledge) REFERENCES pledge (id),
  CONSTRAINT pledge_card_eyes CHECK (outcome <> 'cleared' OR closed_by IS NULL OR issued_by IS NULL OR closed_by <> issued_by)
);
CREATE INDEX pledge_card_pledge ON pledge_card (pledge, id);
CREATE INDEX pledge_card_premises ON pledge_card (premises, issued_on);
CREATE UNIQUE INDEX pledge_card_open ON pledge_card (pledge) WHERE outcome = '';
CREATE UNIQUE INDEX pledge_card_visit ON pledge_card (visit) WHERE visit IS NOT NULL;

-- What the shop wrote down of its returns (退货台账); its own, unless it says so.
CREATE TABLE pledge_return (
  id         TEXT NOT NULL CONSTRAINT pledge_return_pk PRIMARY KEY,
  pledge     TEXT NOT NULL,
  premises   TEXT NOT NULL,
  returned_on TEXT COLLATE "C" NOT NULL,
  bought_on  TEXT COLLATE "C" NOT NULL,
  goods      TEXT NOT NULL,
  cents      BIGINT NOT NULL CONSTRAINT pledge_return_cents CHECK (cents >= 0),
  outcome    TEXT NOT NULL CONSTRAINT pledge_return_outcome CHECK (outcome IN ('refunded','exchanged','refused')),
  note       TEXT NOT NULL DEFAULT '',
  struck     TEXT NOT NULL DEFAULT '',
  account    TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT pledge_return_days CHECK (bought_on <= returned_on),
  CONSTRAINT pledge_return_fk FOREIGN KEY (pledge) REFERENCES pledge (id)
);
CREATE INDEX pledge_return_premises ON pledge_return (premises, returned_on, id);

-- Draws of shops for test purchases: with seed and frame anybody who sees the
-- frame can draw them again.
CREATE TABLE pledge_draw (
  id         TEXT NOT NULL CONSTRAINT pledge_draw_pk PRIMARY KEY,
  scope      TEXT COLLATE "C" NOT NULL,
  seed       TEXT NOT NULL,
  frame      BIGINT NOT NULL,
  frame_hash TEXT NOT NULL,
  picked     JSONB NOT NULL,
  due_on     TEXT NOT NULL,
  drawn_by   TEXT NOT NULL,
  account    TEXT,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX pledge_draw_scope ON pledge_draw (scope, id);

-- Titles of the scheme that were awarded before pledges had terms of their own
-- get a pledge with the days that their first promise names, seven at least,
-- and the usual terms. It keeps the id of the title.
INSERT INTO pledge (id, number, scheme, scheme_version, premises, operator, certificate, round, state, version, scope, holder, address,
  division, sectors, draft, signed_by, signed_on, objection_until, effective_on, expires_on, ended_on, days, reason, state_since, excluded_until, created_at, updated_at)
SELECT c.id, c.number, c.scheme, c.scheme_version, c.premises, coalesce(c.operator, ''), c.id, 1,
  CASE c.state WHEN 'rectifying' THEN 'yellow_card' WHEN 'suspended' THEN 'red_card' WHEN 'revoked' THEN 'removed' ELSE c.state END,
  1, c.scope, c.holder, c.address, c.division, c.sectors, '{}'::jsonb, c.holder, c.issued_on, c.issued_on, c.issued_on, c.expires_on,
  CASE WHEN c.state IN ('revoked','withdrawn') THEN to_char(c.state_since AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') ELSE '' END,
  greatest(7, coalesce(substring(c.promises->'zh'->>0 from '^[0-9]{1,3}')::int, 7)), c.reason, c.state_since, c.excluded_until, c.created_at, c.updated_at
FROM certificate c WHERE c.scheme = 'return-pledge' AND c.premises IS NOT NULL;
INSERT INTO pledge_terms (pledge, no, effective_from, body, days, signed_by, created_at)
SELECT p.id, 1, p.effective_on, ('{"rules":"2025.1","pickup":"same_day","goods":["household"],"exclusions":["custom","perishable","digital","press","hygiene","medicine","activated","clearance"],"others":[],"refund_days":3,"refund_way":"original","gifts":"return_or_pay","freight":"consumer","proof":["receipt","payment"],"shown":["counter"],"days":' || p.days || '}')::jsonb, p.days, p.holder, p.created_at FROM pledge p;
