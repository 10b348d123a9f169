-- Keys of callers: of the key itself only a peppered SHA-256 is kept.
CREATE TABLE api_keys (
  id             uuid         PRIMARY KEY,
  caller         varchar(128) COLLATE "C" NOT NULL,
  name           varchar(255) NOT NULL,
  hash           varchar(64)  COLLATE "C" NOT NULL UNIQUE,
  acts_for_users boolean      NOT NULL DEFAULT false, -- may name the end user it acts for
  created_at     timestamptz  NOT NULL DEFAULT now(),
  last_used_at   timestamptz,
  revoked_at     timestamptz
);

-- One row for each turn that ended, where publishing is enabled; deleted once it is sent.
CREATE TABLE outbox (
  id         bigint       GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  turn       uuid         NOT NULL UNIQUE,
  owner      varchar(256) COLLATE "C" NOT NULL,
  session    varchar(128) COLLATE "C" NOT NULL,
  event      jsonb        NOT NULL,
  created_at timestamptz  NOT NULL DEFAULT now()
);
