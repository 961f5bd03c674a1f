#!/bin/sh
# check_text.sh words|floors|includes: rules about the text of the headers, reported as file:line. Run from the root.
#   words     names that are macros elsewhere, calls that change global state
#   floors    a folder includes only itself and the floors above it
#   includes  headers of the standard library that are slow to compile; other libraries only where
#             cmake/header_budget.txt lets them be reached
set -eu
rules=${1:-words}
# device and tensor are one floor: views need only core, owning tensors need a device.
floors='core device tensor interop distance linalg primitive image io
        sampler searcher seam chain
        layer loss optimizer network evaluate train
        text video texture translate'

slow='iostream fstream sstream iomanip regex functional ranges random filesystem thread mutex future format execution'

find include/pastiche -name '*.hpp' | LC_ALL=C sort | xargs awk -v rules="$rules" -v floors="$floors" -v slow="$slow" '
  function report(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad = 1 }
  # The library that a header belongs to; none for the standard one.
  function library(path) {
    if (path ~ /^(omp\.h$)/) return "openmp"
    if (path ~ /^stb_/) return "stb"
    if (path ~ /^nanoflann\.hpp$/) return "nanoflann"
    if (path ~ /^(cu[a-z]+[a-z_0-9]*\.h$|cub\/|cuda\/|nv\/|thrust\/system\/cuda\/)/) return "cuda"
    if (path ~ /^sys\// || path ~ /^[a-z]+\.h$/) return "posix"
    if (path ~ /^xt[a-z]*\//) return "xtensor"
    return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : ""
  }
  function name_of(file) { sub(/^include\/pastiche\//, "", file); return file }
  # The libraries that `header` may reach, by the line of the budget that fits best.
  function allowed_for(header,   entry, best) {
    best = ""
    for (entry in allowed) {
      if ((entry == header || (entry ~ /\/$/ && index(header, entry) == 1)) && length(entry) > length(best)) best = entry
    }
    if (best == "") { printf "include/pastiche/%s: no line in cmake/header_budget.txt fits\n", header; bad = 1 }
    return allowed[best]
  }
  BEGIN {
    n = split(slow, name, " ")
    for (i = 1; i <= n; i++) is_slow[name[i]] = 1
    while (rules == "includes" && (getline row < "cmake/header_budget.txt") > 0) {
      n = split(row, field, /[ \t]+/)
      if (row ~ /^(#|standard|$)/) continue
      allowed[field[1]] = " "
      for (i = 3; i <= n; i++) allowed[field[1]] = allowed[field[1]] field[i] " "
    }
  }
  BEGIN { n = split(floors, name, /[ \n]+/); for (i = 1; i <= n; i++) rank[name[i]] = i; rank["tensor"] = rank["device"] }
  { line = $0; sub(/\/\/.*/, "", line) }
  rules == "words" {
    code = line; gsub(/"([^"\\]|\\.)*"/, "", code)
    if (code ~ /(^|[^A-Za-z0-9_])(min|max)[ \t]*\(/)
      report("write (std::min)(...), (limits::max)(), or min_of and max_of of core/math.hpp: min and max are macros on Windows")
    if (line ~ /omp_set_num_threads|setNbThreads/) report("a header sets no global thread count; use a num_threads clause")
    if (line ~ /-march/) report("a header asks for no instruction set; see core/simd.hpp")
  }
  rules == "floors" && line ~ /# *include *<pastiche\/[a-z_]+\// {
    split(FILENAME, here, "/"); mine = here[3]
    theirs = line; sub(/.*<pastiche\//, "", theirs); sub(/\/.*/, "", theirs)
    if (here[4] == "") next
    if (!(mine in rank)) report("folder " mine " is not one of the floors in cmake/check_text.sh")
    else if (!(theirs in rank)) report("folder " theirs " is not one of the floors in cmake/check_text.sh")
    else if (rank[theirs] > rank[mine]) report(mine "/ may not include " theirs "/, a floor below it")
  }
  rules == "includes" && FNR == 1 { header[++headers] = name_of(FILENAME) }
  rules == "includes" && line ~ /^ *# *include *[<"]/ {
    path = line; sub(/^[^<"]*[<"]/, "", path); sub(/[>"].*/, "", path)
    if (path in is_slow) report("<" path "> is slow to compile, and not needed")
    if (path ~ /^pastiche\//) uses[headers, ++used[headers]] = name_of("include/" path)
    else if (library(path) != "") reaches[header[headers], library(path)] = "<" path ">"
    libraries[library(path)] = 1
  }
  END {
    do {  # what a header includes brings what that one reaches
      changed = 0
      for (h = 1; h <= headers; h++) for (i = 1; i <= used[h]; i++) for (l in libraries) {
        if (!((header[h], l) in reaches) && ((uses[h, i], l) in reaches)) {
          reaches[header[h], l] = uses[h, i]
          changed = 1
        }
      }
    } while (changed)
    for (h = 1; h <= headers; h++) {
      permitted[header[h]] = allowed_for(header[h])
      for (l in libraries) {
        if (((header[h], l) in reaches) && index(permitted[header[h]], " " l " ") == 0) refused[header[h], l] = 1
      }
    }
    # Only where it comes in: what leads there is refused for the same reason.
    for (h = 1; h <= headers; h++) for (l in libraries) {
      if (!((header[h], l) in refused) || ((reaches[header[h], l], l) in refused)) continue
      printf "include/pastiche/%s: reaches %s through %s; cmake/header_budget.txt lets it reach%s\n", header[h], l,
             reaches[header[h], l], permitted[header[h]] == " " ? " nothing but the standard library" : permitted[header[h]]
      bad = 1
    }
    exit bad
  }'
