#!/bin/sh
# Makes the pictures of the documentation again: runs the `pastiche` commands of docs/quilting.md and docs/seams.md on the program's own
# textures, and keeps what a page links to in docs/pictures.
#   sh docs/pictures.sh [PROGRAM]     PROGRAM is build/release/examples/pastiche if not given
set -eu
program=${1:-$(dirname "$0")/../build/release/examples/pastiche}
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
cd "$(dirname "$0")"
most=$((700 * 1024))  # bytes of all pictures

[ -x "$program" ] || {
  echo "There is no program $program: build it with 'sh examples/gallery.sh'" >&2
  exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/pastiche"
PATH=$work/bin:$PATH
OMP_WAIT_POLICY=passive
export PATH OMP_WAIT_POLICY

if pastiche --help | grep -q '^ *examples '; then
  pastiche examples -o "$work/run" >/dev/null
else
  pastiche gallery -o "$work/run" >/dev/null
fi
awk '/^```/ { inside = !inside && $0 == "```sh"; next } inside && /^pastiche /' quilting.md seams.md >"$work/commands"
while read -r command; do
  (cd "$work/run" && eval "$command" </dev/null)
done <"$work/commands"

mkdir -p pictures
rm -f pictures/*.png
total=0
for name in $(cat ../README.md ./*.md | grep -o 'pictures/[A-Za-z0-9_-]*\.png' | sort -u); do
  cp "$work/run/${name#pictures/}" pictures/
  total=$((total + $(wc -c <"$name")))
done
echo "docs/pictures: $total bytes"
[ "$total" -le "$most" ] || {
  echo "docs/pictures: expected at most $most bytes" >&2
  exit 1
}
