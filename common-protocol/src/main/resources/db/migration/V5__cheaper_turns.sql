-- What every turn paid for again and again.
--
-- PostgreSQL reads the text of each CHECK of a table anew for every statement that writes to it, and a row whose indexed
-- columns change is entered into every index again.

-- Kept as one: what the indexes below, and with them the rule of one active turn in a session, rely on. Not looked for in
-- rows that are there: what is dropped said it of them.
--
-- No longer said here: closed sets of words (their enums are the only writers, and readers refuse other words), what a
-- status needs beside itself (each status is written by one statement, together with it), and bounds that no counter
-- reaches.
ALTER TABLE turns
  DROP CONSTRAINT turns_status,
  DROP CONSTRAINT turns_failure_code,
  DROP CONSTRAINT turns_finish_reason,
  DROP CONSTRAINT turns_active_has_u,
  DROP CONSTRAINT turns_waiting_has_no_u,
  DROP CONSTRAINT turns_running_is_claimed,
  DROP CONSTRAINT turns_f_is_last,
  DROP CONSTRAINT turns_ended_at,
  DROP CONSTRAINT turns_why,
  DROP CONSTRAINT turns_saved_is_counted,
  ADD CONSTRAINT turns_steps CHECK (
    (status IN ('accepted', 'running')) = (user_epoch IS NOT NULL AND final_epoch IS NULL)
    AND (status IN ('ended', 'failed', 'cancelled')) = (ended_at IS NOT NULL)) NOT VALID;
ALTER TABLE attempts DROP CONSTRAINT attempts_number;
ALTER TABLE messages DROP CONSTRAINT messages_role, DROP CONSTRAINT messages_parts;
ALTER TABLE sessions DROP CONSTRAINT sessions_epoch_check;

-- No index names the status any more, so a claim, which changes nothing else that is in one, stays on its page and enters
-- none. 'Active' and 'ended' are said by the columns that the constraint above ties to them.
DROP INDEX turns_one_active;
CREATE UNIQUE INDEX turns_one_active ON turns (session, owner) WHERE user_epoch IS NOT NULL AND final_epoch IS NULL;
DROP INDEX turns_unsaved;
CREATE INDEX turns_unsaved ON turns (session, owner) WHERE saved_at IS NULL AND ended_at IS NOT NULL;
