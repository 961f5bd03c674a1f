#!/bin/sh
# Prints, as a table of Markdown, what `pastiche measure` says of every method of `pastiche texture` on the textures that
# the program draws itself: medians over all of them, outputs of twice the side.
#   sh docs/measure_methods.sh [PROGRAM [SIDE [SEED]]]
# PROGRAM is build/release/examples/pastiche if not given, SIDE 192, SEED 1. Seconds are wall time of the method on one
# thread, so let nothing else run. With KEEP=FOLDER pictures and figures are left there: FIGURES.txt has one line
# METHOD TEXTURE FIGURE VALUE for each.
set -eu
program=${1:-$(dirname "$0")/../build/release/examples/pastiche}
side=${2:-192}
seed=${3:-1}
textures="berries bricks cracked_earth glyphs grass knitted_wool leaves marble pebbles weave wood"
methods="quilt pixel coherence optimize patchnn"
figures="swd coherence completeness acf copy repeat seam blur hist"

[ -x "$program" ] || {
  echo "There is no program $program: build it with 'sh examples/gallery.sh'" >&2
  exit 1
}
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
[ -z "${KEEP:-}" ] || { mkdir -p "$KEEP" && KEEP=$(cd "$KEEP" && pwd); }
OMP_WAIT_POLICY=passive
export OMP_WAIT_POLICY
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$program" examples -o "$work/run" --side "$side" --seed 1 --quiet
cd "$work/run"

for texture in $textures; do
  for method in $methods; do
    out=$texture-$method.png
    "$program" texture "$texture.png" -o "$out" --method "$method" --seed "$seed" --threads 1 --quiet --report report.json
    # "seconds": {"quilt": 0.1, ...}: each stage has a line of its own.
    awk -v name="\"$method\":" -v row="$method $texture" \
      '/"seconds"/ { inside = 1 } inside && $1 == name { sub(/,$/, "", $2); print row, "seconds", $2; exit }' report.json
    "$program" measure "$texture.png" "$out" --metric texture --quiet |
      awk -v row="$method $texture" -v side="$side" \
        '{ print row, $1, $1 == "copy" || $1 == "repeat" ? $2 / side : $2 }'
  done
done >FIGURES.txt

# The lower middle one of an even number, none of which there are here.
median() {
  awk -v method="$1" -v figure="$2" '$1 == method && $3 == figure { print $4 }' FIGURES.txt | sort -g |
    awk '{ value[NR] = $1 } END { if (NR > 0) printf "%.2f", value[int((NR + 1) / 2)]; else printf "–" }'
}

header="| method |"
rule="|---|"
for figure in $figures seconds; do
  header="$header $figure |"
  rule="$rule---|"
done
echo "$header"
echo "$rule"
for method in $methods; do
  row="| $method |"
  for figure in $figures seconds; do row="$row $(median "$method" "$figure") |"; done
  echo "$row"
done
[ -z "${KEEP:-}" ] || cp FIGURES.txt ./*.png "$KEEP/"
