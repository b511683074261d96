-- The tree of authorities (机构). A path lists the codes from the top down and
-- is the scope of everything the authority is in charge of.
CREATE TABLE authority (
  id         TEXT NOT NULL CONSTRAINT authority_pk PRIMARY KEY,
  code       TEXT NOT NULL CONSTRAINT authority_code UNIQUE,
  name_zh    TEXT NOT NULL,
  name_en    TEXT NOT NULL,
  level      TEXT NOT NULL CONSTRAINT authority_level CHECK (level IN ('province','city','county')),
  parent     TEXT,
  path       TEXT COLLATE "C" NOT NULL CONSTRAINT authority_path UNIQUE,
  active     BOOLEAN NOT NULL DEFAULT TRUE,
  version    BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT authority_parent_fk FOREIGN KEY (parent) REFERENCES authority (id),
  CONSTRAINT authority_top CHECK ((level = 'province') = (parent IS NULL))
);
CREATE INDEX authority_parent ON authority (parent);

-- Which authority is in charge of a division (GB/T 2260); one for each.
CREATE TABLE authority_division (
  division  TEXT COLLATE "C" NOT NULL CONSTRAINT authority_division_pk PRIMARY KEY,
  authority TEXT NOT NULL,
  CONSTRAINT authority_division_fk FOREIGN KEY (authority) REFERENCES authority (id)
);
CREATE INDEX authority_division_of ON authority_division (authority);

-- Accounts: staff belong to an authority and sign in by login and password;
-- merchants and organisers prove a mobile number.
CREATE TABLE account (
  id              TEXT NOT NULL CONSTRAINT account_pk PRIMARY KEY,
  login           TEXT CONSTRAINT account_login UNIQUE,
  phone           TEXT,
  name            TEXT NOT NULL,
  roles           JSONB NOT NULL,
  authority       TEXT,
  scope           TEXT COLLATE "C" NOT NULL DEFAULT '',
  password_hash   TEXT NOT NULL DEFAULT '',
  password_set_at TIMESTAMPTZ,
  must_change     BOOLEAN NOT NULL DEFAULT FALSE,
  totp_secret     TEXT NOT NULL DEFAULT '',
  totp_pending    TEXT NOT NULL DEFAULT '',
  totp_step       BIGINT NOT NULL DEFAULT 0,
  totp_exempt     BOOLEAN NOT NULL DEFAULT FALSE,
  active          BOOLEAN NOT NULL DEFAULT TRUE,
  signed_in_at    TIMESTAMPTZ,
  version         BIGINT NOT NULL,
  created_at      TIMESTAMPTZ NOT NULL,
  updated_at      TIMESTAMPTZ NOT NULL,
  CONSTRAINT account_authority_fk FOREIGN KEY (authority) REFERENCES authority (id),
  CONSTRAINT account_reachable CHECK (login IS NOT NULL OR phone IS NOT NULL),
  CONSTRAINT account_scope CHECK ((authority IS NULL) = (scope = ''))
);
CREATE INDEX account_in_scope ON account (scope, id);
-- A number signs in one merchant; the numbers of staff sign in nobody.
CREATE UNIQUE INDEX account_phone ON account (phone) WHERE authority IS NULL;

-- Failed sign-ins under the hash of the name that was typed, whether or not an
-- account has it: a lock says nothing about who exists.
CREATE TABLE sign_in_attempt (
  key          TEXT NOT NULL CONSTRAINT sign_in_attempt_pk PRIMARY KEY,
  failed       BIGINT NOT NULL,
  locked_until TIMESTAMPTZ,
  at           TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_in_attempt_at ON sign_in_attempt (at);

-- Ways in for staff who lost the device that shows one-time codes, as hashes.
CREATE TABLE recovery_code (
  account TEXT NOT NULL,
  hash    TEXT NOT NULL,
  used_at TIMESTAMPTZ,
  CONSTRAINT recovery_code_pk PRIMARY KEY (account, hash),
  CONSTRAINT recovery_code_fk FOREIGN KEY (account) REFERENCES account (id)
);

-- Browser sessions under the hash of their token.
CREATE TABLE session (
  token      TEXT NOT NULL CONSTRAINT session_pk PRIMARY KEY,
  id         TEXT NOT NULL CONSTRAINT session_id UNIQUE,
  account    TEXT,
  data       BYTEA NOT NULL,
  idle       BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  seen_at    TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE INDEX session_expiry ON session (expires_at);

-- One-time codes sent to mobile numbers, as hashes.
CREATE TABLE phone_code (
  id         TEXT NOT NULL CONSTRAINT phone_code_pk PRIMARY KEY,
  phone      TEXT NOT NULL,
  remote     TEXT NOT NULL,
  hash       TEXT NOT NULL,
  tries      BIGINT NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  used_at    TIMESTAMPTZ
);
CREATE INDEX phone_code_phone ON phone_code (phone, created_at);
CREATE INDEX phone_code_remote ON phone_code (remote, created_at);
CREATE INDEX phone_code_age ON phone_code (created_at);

-- Who speaks for an operator (经营主体).
CREATE TABLE membership (
  account  TEXT NOT NULL,
  operator TEXT NOT NULL,
  role     TEXT NOT NULL CONSTRAINT membership_role CHECK (role IN ('owner','agent')),
  at       TIMESTAMPTZ NOT NULL,
  CONSTRAINT membership_pk PRIMARY KEY (account, operator),
  CONSTRAINT membership_account_fk FOREIGN KEY (account) REFERENCES account (id)
);
CREATE INDEX membership_operator ON membership (operator, account);

-- Keys for programs, as hashes; each speaks for an account within its scopes.
CREATE TABLE api_token (
  id           TEXT NOT NULL CONSTRAINT api_token_pk PRIMARY KEY,
  account      TEXT NOT NULL,
  name         TEXT NOT NULL,
  hash         TEXT NOT NULL CONSTRAINT api_token_hash UNIQUE,
  scopes       JSONB NOT NULL,
  created_at   TIMESTAMPTZ NOT NULL,
  expires_at   TIMESTAMPTZ NOT NULL,
  last_used_at TIMESTAMPTZ,
  revoked_at   TIMESTAMPTZ,
  CONSTRAINT api_token_account_fk FOREIGN KEY (account) REFERENCES account (id)
);
CREATE INDEX api_token_account ON api_token (account, id);
