#!/bin/sh
# check_budget.sh COMPILER FLAGS HEADERS: preprocesses each header that the file HEADERS names, a line each, alone, with
# the options in the file FLAGS, and compares what comes out with cmake/header_budget.txt. Prints every figure, then
# what is over. Run from the root.
set -eu
compiler=$1
flags=$2
headers=$3
budget=cmake/header_budget.txt

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# count < SOURCE: lines after preprocessing that are neither empty nor directives; -1 if it cannot be preprocessed
count() {
  if "$compiler" -std=c++20 "@$flags" -x c++ -E - > "$work/lines"; then
    grep -vc '^#\|^[[:space:]]*$' "$work/lines" || :
  else
    echo -1
  fi
}

standard=$(sed -n 's/^standard  *[0-9]*  *//p' "$budget" | tr ' ' '\n' | sed 's/.*/#include <&>/' | count)
while read -r header; do
  echo "$header $(echo "#include <pastiche/$header>" | count)"
done < "$headers" | awk -v standard="$standard" '
  FILENAME != "-" {
    if ($1 == "standard") scale = standard / $2
    else if ($0 !~ /^(#|$)/) lines[$1] = $2
    next
  }
  {
    best = ""
    for (entry in lines) {
      if ((entry == $1 || (entry ~ /\/$/ && index($1, entry) == 1)) && length(entry) > length(best)) best = entry
    }
    if (best == "") { bad = bad sprintf("include/pastiche/%s: no line in cmake/header_budget.txt fits\n", $1); next }
    if (lines[best] == "-") next
    if ($2 < 0) { bad = bad sprintf("include/pastiche/%s cannot be preprocessed\n", $1); next }
    most = int(lines[best] * scale)
    printf "%7d of %7d  %s\n", $2, most, $1
    if ($2 + 0 > most) {
      bad = bad sprintf("include/pastiche/%s: %d lines after preprocessing, its budget is %d (line \"%s\" of " \
                        "cmake/header_budget.txt)\n", $1, $2, most, best)
    }
  }
  END {
    printf "standard: %d lines; budgets are scaled by %.2f\n", standard, scale
    if (bad != "") {
      printf "\n%sInclude less, or raise the budget: CONTRIBUTING.md, \"Budgets of headers\".\n", bad
      exit 1
    }
  }' "$budget" -
