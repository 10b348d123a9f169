-- What a caller's key is known by, and what it may do.

-- The part of a key that is no secret: its row is found by it, and people tell keys apart by it. No version before has
-- written a key, so there is none without.
ALTER TABLE api_keys ADD COLUMN prefix varchar(32) COLLATE "C" NOT NULL UNIQUE;
ALTER TABLE api_keys ADD COLUMN admin boolean NOT NULL DEFAULT false; -- may use /admin
