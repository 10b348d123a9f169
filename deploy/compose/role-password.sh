#!/bin/sh
# Gives the role of role.sql its password, when the database is made.
set -eu
psql -q -v ON_ERROR_STOP=1 -U postgres -d relay -v password="$(cat /run/secrets/relay-database-password)" <<'SQL'
ALTER ROLE stream_relay PASSWORD :'password';
SQL
