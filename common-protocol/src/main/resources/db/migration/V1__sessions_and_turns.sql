-- Sessions, their turns, what was said and what was tried.
--
-- Expand and contract: a later migration only adds what the version before can live with (columns that may be null or
-- have a default, indexes, tables); it takes away only what no running version uses any more. A word for one of the
-- closed sets below is added to its CHECK one version before anything writes it.
--
-- Locking: whoever changes a turn holds its session's row. Attempts are changed without it, one row at a time.

CREATE TABLE sessions (
  owner      varchar(256) COLLATE "C" NOT NULL,
  id         varchar(128) COLLATE "C" NOT NULL,
  epoch      bigint       NOT NULL CHECK (epoch BETWEEN 0 AND 999999999999), -- the counter of entry ids
  turn_count integer      NOT NULL,                                          -- the place of its newest turn
  title      varchar(512),
  created_at timestamptz  NOT NULL DEFAULT now(),
  updated_at timestamptz  NOT NULL DEFAULT now(),
  PRIMARY KEY (owner, id)
) WITH (fillfactor = 70); -- updated in place with each turn

CREATE TABLE turns (
  id              uuid         PRIMARY KEY,
  owner           varchar(256) COLLATE "C" NOT NULL,
  session         varchar(128) COLLATE "C" NOT NULL,
  place           integer      NOT NULL, -- 1, 2, 3 … in the order in which the session accepted them
  status          varchar(16)  NOT NULL,
  idempotency_key varchar(255) COLLATE "C",
  request_hash    varchar(128) NOT NULL,
  request         jsonb        NOT NULL,
  user_message    uuid         NOT NULL,
  answer_message  uuid,
  user_epoch      bigint,               -- u: taken when the turn becomes active
  epoch           bigint,               -- e: of the latest claim
  final_epoch     bigint,               -- f: taken when it ends, or when its place is reached if it ended waiting
  last_id         varchar(22)  COLLATE "C",
  attempt         integer      NOT NULL DEFAULT 0,
  handed_over     boolean      NOT NULL DEFAULT false, -- the next claim doesn't count as another attempt
  worker          varchar(255),
  job_id          varchar(64)  COLLATE "C",
  claim_token     varchar(64)  COLLATE "C",
  deadline        timestamptz  NOT NULL,
  not_before      timestamptz,
  failure_code    varchar(32),
  failure_message text,
  finish_reason   varchar(32),
  cancelled_by    varchar(64),
  cancel_reason   text,
  partial_lost    boolean      NOT NULL DEFAULT false,
  text_length     integer,              -- UTF-16 units
  text_sha256     varchar(64)  COLLATE "C",
  created_at      timestamptz  NOT NULL DEFAULT now(),
  accepted_at     timestamptz,          -- when it last became 'accepted': submitted, promoted or put off
  started_at      timestamptz,
  ended_at        timestamptz,
  saved_at        timestamptz,
  settled_at      timestamptz,          -- since when its stream should have the terminal: it has f and is saved

  CONSTRAINT turns_of_session FOREIGN KEY (owner, session) REFERENCES sessions (owner, id) ON DELETE CASCADE,
  CONSTRAINT turns_place UNIQUE (session, owner, place),
  CONSTRAINT turns_status CHECK (status IN ('waiting', 'accepted', 'running', 'ended', 'failed', 'cancelled')),
  CONSTRAINT turns_failure_code CHECK (failure_code IN (
    'provider_unavailable', 'provider_rejected', 'provider_auth', 'provider_rate_limited', 'provider_timeout',
    'provider_truncated', 'content_filtered', 'context_too_long', 'output_limit', 'deadline_exceeded',
    'attempts_exhausted', 'interrupted', 'internal')),
  CONSTRAINT turns_finish_reason CHECK (finish_reason IN ('stop', 'length', 'tool_calls', 'content_filter', 'other')),
  CONSTRAINT turns_active_has_u CHECK (status NOT IN ('accepted', 'running') OR user_epoch IS NOT NULL),
  CONSTRAINT turns_waiting_has_no_u CHECK (status <> 'waiting' OR user_epoch IS NULL),
  CONSTRAINT turns_running_is_claimed CHECK (
    status <> 'running' OR (epoch IS NOT NULL AND job_id IS NOT NULL AND claim_token IS NOT NULL AND worker IS NOT NULL)),
  CONSTRAINT turns_f_is_last CHECK (
    final_epoch IS NULL OR (status IN ('ended', 'failed', 'cancelled') AND user_epoch < final_epoch)),
  CONSTRAINT turns_ended_at CHECK ((ended_at IS NOT NULL) = (status IN ('ended', 'failed', 'cancelled'))),
  CONSTRAINT turns_why CHECK (
    (status <> 'failed' OR (failure_code IS NOT NULL AND failure_message IS NOT NULL))
    AND (status <> 'cancelled' OR cancelled_by IS NOT NULL)),
  CONSTRAINT turns_saved_is_counted CHECK (
    saved_at IS NULL OR (text_length IS NOT NULL AND text_sha256 IS NOT NULL))
) WITH (fillfactor = 85);

-- No index of turns begins with the owner: a plan made while the table is small would take it for as good as any other,
-- and read all of an owner's turns ever after.
CREATE UNIQUE INDEX turns_one_active ON turns (session, owner) WHERE status IN ('accepted', 'running');
CREATE UNIQUE INDEX turns_idempotency ON turns (idempotency_key, owner) WHERE idempotency_key IS NOT NULL;

-- What is still to come in a session: the waiting turns, the active one, and those that ended while they waited.
CREATE INDEX turns_without_f ON turns (session, owner, place) WHERE final_epoch IS NULL;

-- For the sweeper. Each holds only what is to be done, or what was done of late. They say ended_at, not status, so that
-- no query for one session is tempted to walk through them: until the next vacuum they hold every turn that just ended.
CREATE INDEX turns_due ON turns (accepted_at) WHERE ended_at IS NULL;
CREATE INDEX turns_overdue ON turns (deadline) WHERE ended_at IS NULL;
CREATE INDEX turns_unsaved ON turns (session, owner) WHERE saved_at IS NULL AND status IN ('ended', 'failed', 'cancelled');
CREATE INDEX turns_settled ON turns (settled_at) WHERE settled_at IS NOT NULL;

-- One row for each claim; what an attempt learns at its end goes into its own row only.
CREATE TABLE attempts (
  turn           uuid        NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
  epoch          bigint      NOT NULL,
  number         integer     NOT NULL,
  worker         varchar(255) NOT NULL,
  provider       text,
  model          text,
  usage          jsonb,
  outcome        varchar(32),
  started_at     timestamptz NOT NULL DEFAULT now(),
  first_chunk_at timestamptz,
  ended_at       timestamptz,
  PRIMARY KEY (turn, epoch),
  CONSTRAINT attempts_number CHECK (number >= 1)
) WITH (fillfactor = 70);

CREATE TABLE messages (
  id         uuid         PRIMARY KEY,
  owner      varchar(256) COLLATE "C" NOT NULL,
  session    varchar(128) COLLATE "C" NOT NULL,
  parent     uuid,                      -- the message before it; null: the session's first
  turn       uuid         NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
  role       varchar(16)  NOT NULL,
  parts      jsonb        NOT NULL,
  created_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT messages_role CHECK (role IN ('system', 'user', 'assistant', 'tool')),
  CONSTRAINT messages_parts CHECK (jsonb_typeof(parts) = 'array')
);

CREATE INDEX messages_turn ON messages (turn);
