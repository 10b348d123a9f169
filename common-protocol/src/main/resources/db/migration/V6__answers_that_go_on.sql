-- The provider's own name for the answer that an attempt was given, where it can be asked for once more.
ALTER TABLE attempts ADD COLUMN response varchar(512);
