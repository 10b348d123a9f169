-- Lists of sessions and of live turns, and sessions that can be deleted.
--
-- A session whose turns are all deleted is deleted itself. Its row stays and keeps the counters, so that neither an
-- epoch nor a place ever returns; a message to its id makes it anew.

ALTER TABLE sessions
  ADD COLUMN deleted_through integer NOT NULL DEFAULT 0, -- the place of the newest turn that is deleted
  ADD COLUMN deleted_epoch   bigint  NOT NULL DEFAULT 0, -- the counter at that moment: entries up to it are nobody's
  ADD COLUMN remove_after    timestamptz;                -- when the deleted rows and entries are removed; null: they are

-- The predicates say the same in other words, so that neither index is offered to the other's queries, nor the first to
-- those of one session.
CREATE INDEX sessions_by_activity ON sessions (owner, updated_at DESC, id DESC) WHERE turn_count > deleted_through;
CREATE INDEX sessions_idle ON sessions (updated_at) WHERE turn_count - deleted_through > 0;

CREATE INDEX sessions_to_remove ON sessions (remove_after) WHERE remove_after IS NOT NULL;

-- Turns under way, to list an owner's and to count those of a caller and of all its users ('caller' and 'caller/…': one
-- range each). It begins with the owner and is safe all the same: it says ended_at, not status, as the sweeper's do, so no
-- query for one session is tempted by it.
CREATE INDEX turns_live_of_owner ON turns (owner, created_at DESC) WHERE ended_at IS NULL;
