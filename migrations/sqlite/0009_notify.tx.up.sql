-- Notices (通知): what happened, said once. The key makes a second telling of
-- the same thing impossible.
CREATE TABLE message (
  id      TEXT NOT NULL CONSTRAINT message_pk PRIMARY KEY,
  event   TEXT NOT NULL,
  key     TEXT NOT NULL CONSTRAINT message_key UNIQUE,
  noun    TEXT NOT NULL,
  subject TEXT NOT NULL,
  scope   TEXT NOT NULL,
  data    TEXT NOT NULL,
  at      TIMESTAMP NOT NULL
);
CREATE INDEX message_about ON message (noun, subject, id);

-- One copy for each recipient and channel: the inbox that people read and the
-- outbox that deliveries leave from. A copy that was told cannot be told again.
CREATE TABLE message_copy (
  id        TEXT NOT NULL CONSTRAINT message_copy_pk PRIMARY KEY,
  message   TEXT NOT NULL,
  channel   TEXT NOT NULL CONSTRAINT message_copy_channel CHECK (channel IN ('inbox', 'email', 'sms', 'wechat', 'webhook')),
  recipient TEXT NOT NULL,
  account   TEXT,
  webhook   TEXT,
  name      TEXT NOT NULL,
  address   TEXT NOT NULL,
  lang      TEXT NOT NULL,
  scope     TEXT NOT NULL,
  state     TEXT NOT NULL CONSTRAINT message_copy_state CHECK (state IN ('waiting', 'sending', 'sent', 'dead')),
  attempts  INTEGER NOT NULL,
  due_at    TIMESTAMP NOT NULL,
  error     TEXT NOT NULL,
  sent_at   TIMESTAMP,
  read_at   TIMESTAMP,
  version   BIGINT NOT NULL,
  at        TIMESTAMP NOT NULL,
  CONSTRAINT message_copy_once UNIQUE (message, channel, recipient),
  CONSTRAINT message_copy_message_fk FOREIGN KEY (message) REFERENCES message (id),
  CONSTRAINT message_copy_account_fk FOREIGN KEY (account) REFERENCES account (id)
);
CREATE INDEX message_copy_inbox ON message_copy (account, at, id) WHERE channel = 'inbox';
CREATE INDEX message_copy_unread ON message_copy (account) WHERE channel = 'inbox' AND read_at IS NULL;
CREATE INDEX message_copy_open ON message_copy (due_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX message_copy_outbox ON message_copy (state, scope, at, id) WHERE channel <> 'inbox';
CREATE INDEX message_copy_webhook ON message_copy (webhook, id) WHERE channel = 'webhook';

-- What somebody switched on or off against the catalogue's default.
CREATE TABLE message_setting (
  account TEXT NOT NULL,
  event   TEXT NOT NULL,
  channel TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  CONSTRAINT message_setting_pk PRIMARY KEY (account, event, channel),
  CONSTRAINT message_setting_account_fk FOREIGN KEY (account) REFERENCES account (id)
);

-- Where somebody is reached besides the telephone number of the account. An
-- address counts once its holder typed the code that was sent to it.
CREATE TABLE message_contact (
  account       TEXT NOT NULL CONSTRAINT message_contact_pk PRIMARY KEY,
  lang          TEXT NOT NULL,
  email         TEXT NOT NULL,
  pending_email TEXT NOT NULL,
  code_hash     TEXT NOT NULL,
  code_tries    INTEGER NOT NULL,
  code_until    TIMESTAMP,
  code_sent_at  TIMESTAMP,
  wechat        TEXT NOT NULL,
  version       BIGINT NOT NULL,
  updated_at    TIMESTAMP NOT NULL,
  CONSTRAINT message_contact_account_fk FOREIGN KEY (account) REFERENCES account (id)
);

-- Programs of others that are told (Standard Webhooks). The secret must be read
-- back to sign; the old one signs too until it runs out.
CREATE TABLE webhook (
  id            TEXT NOT NULL CONSTRAINT webhook_pk PRIMARY KEY,
  name          TEXT NOT NULL,
  url           TEXT NOT NULL,
  events        TEXT NOT NULL,
  scope         TEXT NOT NULL,
  secret        TEXT NOT NULL,
  old_secret    TEXT NOT NULL,
  old_until     TIMESTAMP,
  active        BOOLEAN NOT NULL,
  reason        TEXT NOT NULL,
  failing_since TIMESTAMP,
  account       TEXT NOT NULL,
  version       BIGINT NOT NULL,
  created_at    TIMESTAMP NOT NULL,
  updated_at    TIMESTAMP NOT NULL,
  CONSTRAINT webhook_account_fk FOREIGN KEY (account) REFERENCES account (id)
);
CREATE INDEX webhook_scope ON webhook (scope, id);
CREATE TABLE webhook_attempt (
  id      TEXT NOT NULL CONSTRAINT webhook_attempt_pk PRIMARY KEY,
  webhook TEXT NOT NULL,
  copy    TEXT NOT NULL,
  event   TEXT NOT NULL,
  status  INTEGER NOT NULL,
  error   TEXT NOT NULL,
  millis  INTEGER NOT NULL,
  at      TIMESTAMP NOT NULL,
  CONSTRAINT webhook_attempt_webhook_fk FOREIGN KEY (webhook) REFERENCES webhook (id)
);
CREATE INDEX webhook_attempt_webhook ON webhook_attempt (webhook, id);
