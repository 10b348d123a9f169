#!/bin/sh
# Makes the secrets that compose.yaml names, at random, in secrets/ beside it (or in the folder that is given). What is
# there already stays. Docker hands them to containers whose users aren't yours: the files are for all to read, the folder
# for you only.
set -eu

here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
folder=${1:-$here/secrets}

random() {
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1
}

mkdir -p "$folder"
chmod 700 "$folder"
for name in postgres-password relay-database-password relay-gateway-redis-password relay-worker-redis-password \
  pepper grafana-admin-password; do
  if [ ! -e "$folder/$name" ]; then
    random >"$folder/$name"
    chmod 444 "$folder/$name"
  fi
done

# The users as they are shipped, with the hashes of their passwords. Made anew each time: a release may give them rights.
users=$(cat "$here/../redis/users.acl")
for user in relay-gateway relay-worker; do
  hash=$(sha256 <"$folder/$user-redis-password")
  users=$(printf '%s\n' "$users" | sed "s/^user $user reset on/& #$hash/")
done
rm -f "$folder/users.acl"
printf '%s\n' "$users" >"$folder/users.acl"
chmod 444 "$folder/users.acl"
