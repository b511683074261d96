-- What the shop of a pledge was called before its certificate was re-issued
-- (换发) under another name or address.
CREATE TABLE pledge_name (
  pledge      TEXT NOT NULL,
  certificate TEXT NOT NULL,
  holder      TEXT NOT NULL,
  address     TEXT NOT NULL,
  until_on    TEXT NOT NULL,
  created_at  TIMESTAMPTZ NOT NULL,
  CONSTRAINT pledge_name_pk PRIMARY KEY (pledge, certificate),
  CONSTRAINT pledge_name_fk FOREIGN KEY (pledge) REFERENCES pledge (id),
  CONSTRAINT pledge_name_certificate_fk FOREIGN KEY (certificate) REFERENCES certificate (id)
);
CREATE INDEX pledge_name_certificate ON pledge_name (certificate);
