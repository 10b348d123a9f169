-- The span that handed a turn in, and each attempt's own: W3C traceparent, null where its writer knew of none.
ALTER TABLE turns ADD COLUMN traceparent varchar(55) COLLATE "C";
ALTER TABLE attempts ADD COLUMN traceparent varchar(55) COLLATE "C";
