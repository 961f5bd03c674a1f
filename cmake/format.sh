#!/bin/sh
# Formats all C++ sources; with --check, only lists what is not formatted. Needs clang-format 17 or newer
# (pip install clang-format): older ones break trailing requirements of concepts.
set -eu
cd "$(dirname "$0")/.."
formatter=${CLANG_FORMAT:-clang-format}
version=$("$formatter" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p')
if [ "${version:-0}" -lt 17 ]; then
  echo "cmake/format.sh needs clang-format 17 or newer: pip install clang-format, or set CLANG_FORMAT" >&2
  exit 1
fi
mode=-i
[ "${1:-}" = --check ] && mode='--dry-run -Werror'
# shellcheck disable=SC2086  # two words
find include tests bench examples cmake \( -name '*.hpp' -o -name '*.cpp' -o -name '*.cu' \) -print0 |
  xargs -0 "$formatter" $mode
