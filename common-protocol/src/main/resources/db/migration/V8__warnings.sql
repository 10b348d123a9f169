-- What of a request an attempt didn't do as it was asked, though it answered: an array, null where there was nothing.
ALTER TABLE attempts ADD COLUMN warnings jsonb;
