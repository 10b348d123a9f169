-- Turns whose owner has taken them back as answers, though what was said in them stays in its conversation.
ALTER TABLE turns ADD COLUMN withdrawn_at timestamptz;

-- Sessions that go soon after their turns have ended, since their owner wants nothing stored. A table of its own: they are
-- few at a time, so nothing else has to carry a column or an index for them.
CREATE TABLE unstored_sessions (
  owner   varchar(256) COLLATE "C" NOT NULL,
  id      varchar(128) COLLATE "C" NOT NULL,
  made_at timestamptz  NOT NULL DEFAULT now(),
  PRIMARY KEY (owner, id)
);
