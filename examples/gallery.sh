#!/bin/sh
# Builds the program pastiche and lets it make one web page of what every method does.
#   sh examples/gallery.sh [FOLDER]     FOLDER is build/gallery if not given
set -eu
caller=$PWD
cd "$(dirname "$0")/.."
. cmake/install_packages.sh

out=${1:-build/gallery}
# A relative folder is meant from where the caller stands.
case $out in
  /*) ;;
  *) [ $# -eq 0 ] || out=$caller/$out ;;
esac

install_packages
# The tests are not needed here; a tree that has them already keeps them. Configuring again finds what was installed since.
if [ -f build/release/build.ninja ]; then
  cmake -S . -B build/release >/dev/null
else
  cmake --preset release -DPASTICHE_BUILD_TESTS=OFF -DPASTICHE_BUILD_BENCH=OFF
fi
cmake --build build/release --target example.pastiche -j "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)"

# Threads that spin while they wait slow down everything else on the machine.
OMP_WAIT_POLICY=passive build/release/examples/pastiche gallery -o "$out"
echo "The gallery is in $out: open $out/index.html"
