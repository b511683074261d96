-- Streets and business circles (街区、商圈) with their members and dates.
CREATE TABLE street (
  id         TEXT NOT NULL CONSTRAINT street_pk PRIMARY KEY,
  name       TEXT NOT NULL,
  organiser  TEXT NOT NULL,
  address    TEXT NOT NULL,
  division   TEXT COLLATE "C" NOT NULL,
  scope      TEXT COLLATE "C" NOT NULL,
  version    BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT street_name UNIQUE (division, name)
);
CREATE TABLE street_member (
  street     TEXT NOT NULL,
  premises   TEXT NOT NULL,
  joined_on  TEXT NOT NULL,
  left_on    TEXT NOT NULL DEFAULT '',
  CONSTRAINT street_member_pk PRIMARY KEY (street, premises, joined_on),
  CONSTRAINT street_member_street_fk FOREIGN KEY (street) REFERENCES street (id)
);
CREATE INDEX street_member_premises ON street_member (premises);
