#!/bin/sh
# check_docs.sh: every link of README, CONTRIBUTING, CHANGELOG and docs/*.md leads somewhere: to a file that exists, and
# to a heading of it; of an external link only the form is looked at. CMake targets that the pages name exist, and
# the program of the README is examples/quilt.cpp. Run from the root; reports file:line.
set -eu

targets=$(mktemp)
trap 'rm -f "$targets"' EXIT

# Prints "anchor FILE#anchor" for each heading, "link FILE LINE TARGET" for each link, and "target FILE LINE NAME" for
# each pastiche::NAME of a block of CMake.
LC_ALL=C awk '
  # As GitHub makes anchors: lower case, no punctuation, a hyphen for each space, -1 and so on for repeated ones.
  function anchor_of(heading,   slug) {
    slug = tolower(heading)
    gsub(/\]\([^)]*\)/, "", slug)
    gsub(/[^a-z0-9_ \200-\377-]/, "", slug)
    gsub(/ /, "-", slug)
    slug = FILENAME "#" slug
    return slug (count[slug]++ ? "-" count[slug] - 1 : "")
  }
  function link(target) { print "link", FILENAME, FNR, target }
  FNR == 1 { fence = 0 }
  /^ *```/ { fence = !fence; cmake = fence && /```cmake/; next }
  cmake {
    line = $0
    while (match(line, /pastiche::[a-z_]+/)) {
      print "target", FILENAME, FNR, substr(line, RSTART + 10, RLENGTH - 10)
      line = substr(line, RSTART + RLENGTH)
    }
  }
  fence || /^    / { next }
  /^#+ / { heading = $0; sub(/^#+ */, "", heading); sub(/ *#*$/, "", heading); print "anchor", anchor_of(heading) }
  {
    line = $0
    gsub(/`[^`]*`/, "code", line)
    while (match(line, /(src|href)="[^"]*"/)) {
      target = substr(line, RSTART, RLENGTH)
      sub(/^[a-z]*="/, "", target); sub(/"$/, "", target)
      link(target)
      line = substr(line, 1, RSTART - 1) substr(line, RSTART + RLENGTH)
    }
    rest = line
    while (match(rest, /\]\([^)]*\)/)) {
      link(substr(rest, RSTART + 2, RLENGTH - 3))
      rest = substr(rest, RSTART + RLENGTH)
    }
    if (match(line, /^\[[^]]*\]: */)) link(substr(line, RLENGTH + 1))
    while (match(line, /<https?:[^>]*>/)) {
      link(substr(line, RSTART + 1, RLENGTH - 2))
      line = substr(line, RSTART + RLENGTH)
    }
  }' README.md CONTRIBUTING.md CHANGELOG.md docs/*.md >"$targets"

bad=0
report() {
  echo "$1:$2: $3" >&2
  bad=1
}
components=$(sed -n 's/^set(PASTICHE_COMPONENTS \(.*\))$/\1/p' cmake/PasticheComponents.cmake)
while read -r kind file line target; do
  if [ "$kind" = target ]; then
    case " pastiche $components " in
      *" $target "*) ;;
      *) report "$file" "$line" "there is no target pastiche::$target" ;;
    esac
  fi
  [ "$kind" = link ] || continue
  case $target in
    http://[!/]*.?*|https://[!/]*.?*)
      case $target in *[\ \<\>\"]*) report "$file" "$line" "$target is no address" ;; esac
      continue ;;
    '') report "$file" "$line" "an empty link"; continue ;;
    *:*) report "$file" "$line" "$target is neither http(s) nor a file"; continue ;;
    /*) report "$file" "$line" "$target is absolute"; continue ;;
  esac
  path=${target%%#*}
  case $path in
    '') to=$file ;;
    *) to=$(dirname "$file")/$path ;;
  esac
  while :; do  # docs/../README.md is README.md
    shorter=$(echo "$to" | sed -e 's#^\./##' -e 's#[^/.][^/]*/\.\./##')
    [ "$shorter" != "$to" ] || break
    to=$shorter
  done
  if [ ! -e "$to" ]; then
    report "$file" "$line" "there is no $to"
  elif [ "$path" != "$target" ] && ! grep -qxF "anchor $to#${target#*#}" "$targets"; then
    report "$file" "$line" "$to has no heading for #${target#*#}"
  fi
done <"$targets"

awk '/^```/ { inside = !inside && !done && $0 == "```cpp"; done = done || inside; next } inside' README.md >"$targets"
grep -v '^//' examples/quilt.cpp | cmp -s - "$targets" || report README.md 1 "its program is not examples/quilt.cpp"
exit $bad
