-- The user of gateways and workers: makes and migrates the tables of its schema, and may do nothing else.
--
-- To be run once, in a database of its own, by a superuser or whoever owns it and may make roles:
--   psql -d relay -f role.sql
-- The role has no password, so nobody gets in until you give it one (in psql: \password stream_relay).
CREATE ROLE stream_relay LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO stream_relay', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO stream_relay;
