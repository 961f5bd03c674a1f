#!/bin/sh
# check_text.sh words|floors: rules about the text of the headers, reported as file:line. Run from the root.
#   words   names that are macros elsewhere, calls that change global state, headers that are slow to compile
#   floors  a folder includes only itself and the floors above it
set -eu
rules=${1:-words}
# device and tensor are one floor: views need only core, owning tensors need a device.
floors='core device tensor interop distance linalg primitive image io
        sampler searcher seam chain
        layer loss optimizer network evaluate train
        text video texture translate'

find include/pastiche -name '*.hpp' | LC_ALL=C sort | xargs awk -v rules="$rules" -v floors="$floors" '
  function report(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad = 1 }
  BEGIN { n = split(floors, name, /[ \n]+/); for (i = 1; i <= n; i++) rank[name[i]] = i; rank["tensor"] = rank["device"] }
  { line = $0; sub(/\/\/.*/, "", line) }
  rules == "words" {
    code = line; gsub(/"([^"\\]|\\.)*"/, "", code)
    if (code ~ /(^|[^A-Za-z0-9_])(min|max)[ \t]*\(/)
      report("write (std::min)(...), (limits::max)(), or min_of and max_of of core/math.hpp: min and max are macros on Windows")
    if (line ~ /omp_set_num_threads|setNbThreads/) report("a header sets no global thread count; use a num_threads clause")
    if (line ~ /-march/) report("a header asks for no instruction set; see core/simd.hpp")
    if (line ~ /# *include *<(iostream|regex|functional|ranges)>/) report("slow to compile, and not needed")
  }
  rules == "floors" && line ~ /# *include *<pastiche\/[a-z_]+\// {
    split(FILENAME, here, "/"); mine = here[3]
    theirs = line; sub(/.*<pastiche\//, "", theirs); sub(/\/.*/, "", theirs)
    if (here[4] == "") next
    if (!(mine in rank)) report("folder " mine " is not one of the floors in cmake/check_text.sh")
    else if (!(theirs in rank)) report("folder " theirs " is not one of the floors in cmake/check_text.sh")
    else if (rank[theirs] > rank[mine]) report(mine "/ may not include " theirs "/, a floor below it")
  }
  END { exit bad }'
