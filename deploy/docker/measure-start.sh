#!/usr/bin/env bash
# Measures what the AOT cache saves: starts both tiers as the images do, with and without it, in turns.
#
#   deploy/docker/measure-start.sh [rounds]        7 unless told
#
# Needs the built jars, a JDK 25 at JAVA_HOME, Linux, curl, and where Redis and PostgreSQL are, in the environment:
# SPRING_DATA_REDIS_URL, SPRING_DATASOURCE_URL, SPRING_DATASOURCE_USERNAME, SPRING_DATASOURCE_PASSWORD. The schema should
# be there, or the first start makes it; that one isn't counted. README.md says what the columns mean.
set -euo pipefail

rounds=${1:-7}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
java=${JAVA_HOME:?says where a JDK 25 is}/bin/java
work=$(mktemp -d)
pid=
trap '[[ -z $pid ]] || kill -9 "$pid" 2>/dev/null; rm -rf "$work"' EXIT

# What a container of 1 GiB gives it.
export JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError -XX:MaxRAM=1g"
export SERVER_ADDRESS=127.0.0.1 SERVER_PORT=18080 MANAGEMENT_SERVER_PORT=19080
export RELAY_KEYS_PEPPER=only-for-this-measurement

unpack() { # tier
  mkdir -p "$work/$1"
  "$java" -Djarmode=tools -jar "$root/$1/target/app/$1.jar" extract --destination "$work/$1" --force >/dev/null 2>&1
  (cd "$work/$1" && "$java" -XX:AOTCacheOutput=start.aot -Xlog:aot=off -Dspring.context.exit=onRefresh -jar "$1.jar" \
    --server.port=0 --management.server.port=0 >/dev/null 2>&1)
  [[ -s $work/$1/start.aot ]]
}

# Prints: milliseconds until ready, milliseconds of CPU until then, MiB resident 10 s later, of it MiB of its own (not of files).
start() { # tier, options of java
  local tier=$1 began ready ticks
  shift
  began=$(date +%s%N)
  (cd "$work/$tier" && exec "$java" "$@" -jar "$tier.jar") >"$work/log" 2>&1 &
  pid=$!
  until curl -fs -o /dev/null -m 2 "http://127.0.0.1:$MANAGEMENT_SERVER_PORT/actuator/health/readiness"; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.02
  done
  ready=$(date +%s%N)
  ticks=$(awk '{print $14 + $15}' "/proc/$pid/stat")
  sleep 10
  awk -v wall=$(((ready - began) / 1000000)) -v cpu=$((ticks * 1000 / $(getconf CLK_TCK))) \
    '/^VmRSS/ {rss = $2} /^RssAnon/ {own = $2} END {printf "%d %d %d %d\n", wall, cpu, rss / 1024, own / 1024}' \
    "/proc/$pid/status"
  kill -9 "$pid"
  wait "$pid" 2>/dev/null || true
  pid=
}

summary() { # name, file of lines as start prints them
  local column sorted
  printf '| %s |' "$1"
  for column in 1 2 3 4; do
    sorted=$(cut -d' ' -f$column "$2" | sort -n)
    awk '{v[NR] = $1} END {printf " %d (%d to %d) |", (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2, v[1], v[NR]}' \
      <<<"$sorted"
  done
  echo
}

for tier in gateway relay-worker; do
  unpack "$tier"
  start "$tier" >/dev/null # the schema, and the files' pages
done
for ((round = 0; round < rounds; round++)); do
  for tier in gateway relay-worker; do
    start "$tier" -XX:AOTCache=start.aot >>"$work/$tier-with"
    start "$tier" >>"$work/$tier-without"
  done
done
echo "| median (least to most) of $rounds | ready after, ms | CPU till then, ms | resident, MiB | of its own, MiB |"
echo "| --- | --- | --- | --- | --- |"
for tier in gateway relay-worker; do
  summary "$tier with the cache" "$work/$tier-with"
  summary "$tier without" "$work/$tier-without"
done
echo "load: $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) processors; $("$java" -version 2>&1 | sed -n 's/.*Server VM //p')"
