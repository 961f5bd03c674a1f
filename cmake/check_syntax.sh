#!/bin/sh
# A compiler launcher: check_syntax.sh COMPILER ARGUMENTS... checks the source and writes no code. The object
# file is left empty, so that the build tool knows the check is done and repeats it when a header changes.
previous=
object=
for argument in "$@"; do
  [ "$previous" = "-o" ] && object=$argument
  previous=$argument
done
"$@" -fsyntax-only && : > "$object"
