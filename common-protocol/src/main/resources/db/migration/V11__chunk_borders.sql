-- Into which entries a saved answer was cut, so that a reader who has a part of it can be given the rest under the ids
-- the stream had. Null: not known (saved by an earlier version, or nothing was said).
ALTER TABLE turns ADD COLUMN chunk_borders bytea;
