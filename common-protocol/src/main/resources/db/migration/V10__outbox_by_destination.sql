-- An event goes to each destination by itself: one that doesn't answer keeps back no other.
ALTER TABLE outbox
  ADD COLUMN destination varchar(160) COLLATE "C" NOT NULL DEFAULT 'kafka',
  ADD COLUMN attempts    integer      NOT NULL DEFAULT 0, -- deliveries that failed
  ADD COLUMN not_before  timestamptz,                     -- in somebody's hands until then, or put off
  DROP CONSTRAINT outbox_turn_key,
  ADD CONSTRAINT outbox_turn UNIQUE (turn, destination);

-- The oldest rows of a destination, and the oldest one of a session. Nothing has written a row before.
CREATE INDEX outbox_next ON outbox (destination, id);
CREATE INDEX outbox_head ON outbox (destination, session, owner, id);
