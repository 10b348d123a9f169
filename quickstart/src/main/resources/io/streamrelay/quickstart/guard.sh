# Runs one program and ends it when stdin ends: because the JVM closed it, or because the JVM is gone.
#
# $1 signal that asks the program to end     $2 tenths of a second until SIGKILL
# $3 log file of the program                 $4 file to hold its process id, or ''
# $5 folder of such files: those programs end first, or ''
# $6 folder to delete when the JVM is gone, or ''
# $7… the program and its arguments
#
# Prints the program's process id, exits with its status. A JVM that only stops the program says `keep` before it closes
# stdin: then nothing is deleted.
signal=$1 patience=$2 log=$3 pidfile=$4 first=$5 temporary=$6
shift 6
trap '' INT HUP

alive() { kill -0 "$1" 2>/dev/null; }
tick() { sleep 0.1 2>/dev/null || sleep 1; }
others_alive() {
  [ -n "$first" ] || return 1
  for file in "$first"/*.pid; do
    [ -f "$file" ] && alive "$(cat "$file")" && return 0
  done
  return 1
}

exec 3<&0 </dev/null
"$@" >>"$log" 2>&1 3<&- &
program=$!
[ -z "$pidfile" ] || echo "$program" >"$pidfile"

(
  word=
  while read -r line <&3; do word=$line; done
  trap '' TERM
  ticks=0
  while [ "$ticks" -lt 500 ] && others_alive; do tick; ticks=$((ticks + 1)); done
  kill -s "$signal" "$program" 2>/dev/null
  ticks=0
  while [ "$ticks" -lt "$patience" ] && alive "$program"; do tick; ticks=$((ticks + 1)); done
  kill -s KILL "$program" 2>/dev/null
  [ -z "$temporary" ] || [ "$word" = keep ] || rm -rf "$temporary"
) >/dev/null 2>&1 &
watcher=$!

exec 3<&-
echo "$program"
exec >/dev/null 2>&1
wait "$program"
status=$?
[ -z "$pidfile" ] || rm -f "$pidfile"
kill -s TERM "$watcher"
exit "$status"
