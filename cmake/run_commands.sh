#!/bin/sh
# run_commands.sh PROGRAM PICTURES FILE.md...: runs every `pastiche ...` line of the ```sh blocks of these files, each
# file in a fresh copy of the folder PICTURES, and reports file:line of one that fails. A line after it,
#   # 2: MESSAGE
# says that it must fail with exit code 2 and print "pastiche: MESSAGE". After the comment <!-- commands: all --> every
# line of a block is run, if PASTICHE_RUN_ALL is set: lines that compile take their time. There `pastiche` is also a
# link to the repository.
set -eu
program=$1
pictures=$2
shift 2
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
mkdir "$work/bin"
ln -s "$program" "$work/bin/pastiche"
PATH=$work/bin:$PATH
OMP_WAIT_POLICY=passive
export PATH OMP_WAIT_POLICY

for file in "$@"; do
  rm -rf "$work/run"
  cp -R "$pictures" "$work/run"
  ln -s "$root" "$work/run/pastiche"
  # LINE, the code it must exit with, and the command; then the message.
  LC_ALL=C awk -v run_all="${PASTICHE_RUN_ALL:-}" '
    function flush() { if (command != "") { print at, code, command; print message }; command = "" }
    /^<!-- commands: all -->$/ { all = run_all != ""; next }
    /^```/ { flush(); inside = !inside && $0 == "```sh"; all = all && inside; next }
    !inside { next }
    /^# [0-9]+: / { code = $2 + 0; message = $0; sub(/^# [0-9]+: /, "", message); next }
    /^pastiche / || all { flush(); at = FNR; code = 0; message = ""; command = $0; sub(/ +#.*/, "", command); next }
    { flush() }
    END { flush() }' "$root/$file" >"$work/commands"
  while read -r line code command && read -r message; do
    status=0
    (cd "$work/run" && eval "$command") >"$work/out" 2>"$work/err" </dev/null || status=$?
    if [ "$status" != "$code" ]; then
      echo "$file:$line: $command gave exit code $status instead of $code:" >&2
      cat "$work/err" >&2
      bad=1
    elif [ "$code" != 0 ] && [ "$(cat "$work/err")" != "pastiche: $message" ]; then
      echo "$file:$line: $command printed another message than '$message':" >&2
      cat "$work/err" >&2
      bad=1
    fi
  done <"$work/commands"
done
exit $bad
