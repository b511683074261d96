-- Refusals are read by administrators: which application failed on which fact.
CREATE INDEX audit_entry_refused ON audit_entry (id) WHERE outcome = 'refused';
