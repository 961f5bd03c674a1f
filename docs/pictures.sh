#!/bin/sh
# Makes the pictures of the documentation again: runs the `pastiche` commands of the pages named below on the program's
# own textures and scenes, lays sheets of several pictures out, and keeps what a page links to in docs/pictures.
#   sh docs/pictures.sh [PROGRAM]     PROGRAM is build/release/examples/pastiche if not given; contact_sheet is beside it
set -eu
program=${1:-$(dirname "$0")/../build/release/examples/pastiche}
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
cd "$(dirname "$0")"
pages="quilting.md seams.md optimization.md patch-nn.md transfer.md inpainting.md analogies.md"
most=$((1500 * 1024))  # bytes of all pictures

for needed in "$program" "$(dirname "$program")/contact_sheet"; do
  [ -x "$needed" ] || {
    echo "There is no program $needed: build it with 'sh examples/gallery.sh' or 'sh tests/run.sh'" >&2
    exit 1
  }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/pastiche"
ln -s "$(dirname "$program")/contact_sheet" "$work/bin/contact_sheet"
PATH=$work/bin:$PATH
OMP_WAIT_POLICY=passive
export PATH OMP_WAIT_POLICY

pastiche examples -o "$work/run" --quiet
# shellcheck disable=SC2086
# A command before a line '# 2: MESSAGE' is there to fail.
awk '/^# [0-9]/ { command = "" } command != "" { print command } { command = "" }
  /^```/ { inside = !inside && $0 == "```sh"; next }
  inside && /^pastiche / { sub(/ +#.*/, ""); command = $0 }' $pages \
  >"$work/commands"
while read -r command; do
  (cd "$work/run" && eval "$command" </dev/null)
done <"$work/commands"

# All methods side by side, for which-method.md.
cd "$work/run"
sheet=
for texture in bricks weave glyphs pebbles wood; do
  sheet="$sheet $texture.png"
  for method in quilt pixel coherence optimize patchnn; do
    out=$texture-$method.png
    pastiche texture "$texture.png" -o "$out" --method "$method" --size 256x256 --seed 1 --quiet
    sheet="$sheet $out"
  done
done
# shellcheck disable=SC2086
contact_sheet methods.jpg 6 0.45 $sheet
# Turned and mirrored examples, for variants.md.
pastiche examples -o few --side 96 --seed 1 --quiet
sheet=
for texture in leaves bricks; do
  for turn in "" "--turn 90" "--turn 90 --mirror"; do
    out=few/$texture$(echo "-more$turn" | tr -d ' ').png
    # shellcheck disable=SC2086
    pastiche texture "few/$texture.png" -o "$out" --size 288x288 --seed 1 --quiet $turn
  done
  sheet="$sheet few/$texture.png few/$texture-more.png few/$texture-more--turn90.png"
  sheet="$sheet few/$texture-more--turn90--mirror.png"
done
# shellcheck disable=SC2086
contact_sheet variants.jpg 4 0.33 $sheet
contact_sheet guide.jpg 4 1 landscape.png landscape_labels.png landscape_target_labels.png guided.png
contact_sheet quilt-guide.jpg 4 1 landscape.png landscape_labels.png landscape_target_labels.png quilt-guided.png
contact_sheet transfer.jpg 4 0.9 face.png face-pebbles.png face-earth.png face-glyphs.png
contact_sheet transfer-alpha.jpg 4 0.9 alpha-0.05.png alpha-0.2.png alpha-0.5.png alpha-0.9.png
contact_sheet transfer-block.jpg 4 0.9 block-12.png block-24.png block-48.png block-48-5.png
contact_sheet transfer-methods.jpg 2 1 face-earth.png face-optimize.png
contact_sheet without.jpg 3 1 still_life.png still_life_fruit.png without.png landscape.png holes.png healed.png
for name in marble marble-tile; do
  contact_sheet $name-twice.png -2 1 $name.png $name.png $name.png $name.png
done
contact_sheet tileable.jpg 2 0.6 marble-twice.png marble-tile-twice.png
contact_sheet retarget.jpg 2 1 still_life.png wide.png
contact_sheet analogy.jpg 3 1 landscape_painted.png other/landscape.png analogy.png
contact_sheet random.jpg 4 1 life.png life-complete.png land.png land-complete.png
contact_sheet numbers.jpg 4 0.8 landscape_labels.png landscape.png landscape_target_labels.png numbers.png
contact_sheet painted.jpg 5 0.8 landscape.png landscape_painted.png next/landscape.png painted.png painted-classic.png
cd "$OLDPWD"

mkdir -p pictures
rm -f pictures/*.png pictures/*.jpg
total=0
for name in $(cat ../README.md ./*.md | grep -oE 'pictures/[A-Za-z0-9_-]*\.(png|jpg)' | sort -u); do
  cp "$work/run/${name#pictures/}" pictures/
  total=$((total + $(wc -c <"$name")))
done
echo "docs/pictures: $total bytes"
[ "$total" -le "$most" ] || {
  echo "docs/pictures: expected at most $most bytes" >&2
  exit 1
}
