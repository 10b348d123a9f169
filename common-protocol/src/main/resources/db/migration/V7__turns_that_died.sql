-- For operators: the turns whose attempts were all lost. Built while turns go on; a build that was cut short leaves an
-- index that isn't used, so that one is dropped first.
DROP INDEX CONCURRENTLY IF EXISTS turns_dead;
CREATE INDEX CONCURRENTLY turns_dead ON turns (ended_at) WHERE failure_code = 'attempts_exhausted';
