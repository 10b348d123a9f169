-- What a caller's key is known by, what it may do, and how many turns of a caller are under way.

-- The part of a key that is no secret: its row is found by it, and people tell keys apart by it. No version before has
-- written a key, so there is none without.
ALTER TABLE api_keys ADD COLUMN prefix varchar(32) COLLATE "C" NOT NULL UNIQUE;
ALTER TABLE api_keys ADD COLUMN admin boolean NOT NULL DEFAULT false; -- may use /admin

-- Turns under way by owner, to count those of a caller and of all its users ('caller' and 'caller/…': one range each).
-- It begins with the owner and is safe all the same: it holds open turns only, and can serve only queries that say
-- ended_at IS NULL.
CREATE INDEX turns_open_of_owner ON turns (owner) WHERE ended_at IS NULL;
