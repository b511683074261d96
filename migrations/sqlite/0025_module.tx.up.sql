-- Modules of checklists (检查表模块), every version. The shipped files are the
-- first versions; the body is canonical JSON, and the hash is that of its text.
CREATE TABLE checklist_module (
  id           TEXT NOT NULL CONSTRAINT checklist_module_pk PRIMARY KEY,
  code         TEXT NOT NULL,
  label        TEXT NOT NULL,
  state        TEXT NOT NULL CONSTRAINT checklist_module_state CHECK (state IN ('draft','proposed','published','retired','discarded')),
  version      BIGINT NOT NULL,
  scope        TEXT NOT NULL,
  kind         TEXT NOT NULL,
  title_zh     TEXT NOT NULL,
  title_en     TEXT NOT NULL,
  hash         TEXT NOT NULL,
  body         TEXT NOT NULL,
  base         TEXT,
  seeded       BOOLEAN NOT NULL,
  note         TEXT NOT NULL DEFAULT '',
  editors      TEXT NOT NULL DEFAULT '[]',
  created_by   TEXT,
  created_at   TIMESTAMP NOT NULL,
  published_at TIMESTAMP,
  updated_at   TIMESTAMP NOT NULL,
  CONSTRAINT checklist_module_base_fk FOREIGN KEY (base) REFERENCES checklist_module (id)
);
CREATE UNIQUE INDEX checklist_module_label ON checklist_module (code, label) WHERE state <> 'discarded';
CREATE INDEX checklist_module_force ON checklist_module (state, code, published_at, id);
CREATE TRIGGER checklist_module_step BEFORE UPDATE OF state ON checklist_module
WHEN OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM lifecycle_step
  WHERE noun = 'module' AND from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'illegal step: module'); END;
CREATE TRIGGER checklist_module_fixed BEFORE UPDATE OF code, label, body, hash ON checklist_module
WHEN OLD.state <> 'draft' AND (OLD.code <> NEW.code OR OLD.label <> NEW.label OR OLD.body <> NEW.body OR OLD.hash <> NEW.hash)
BEGIN SELECT RAISE(ABORT, 'only a draft can be changed'); END;
CREATE TRIGGER checklist_module_no_delete BEFORE DELETE ON checklist_module
BEGIN SELECT RAISE(ABORT, 'versions of modules are kept'); END;
