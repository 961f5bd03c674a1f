#!/bin/sh
# Builds everything and runs the tests, from a bare Debian 12 or Ubuntu on.
#   sh tests/run.sh         tests, benchmarks and examples at -O2
#   sh tests/run.sh dev     tests under the address and undefined-behaviour sanitizers
#   sh tests/run.sh cuda    compiles the CUDA tests and benchmarks with nvcc; runs the tests where there is a GPU
#   sh tests/run.sh all     all three; the last where there is nvcc
# Folders after dev or cuda, as in `sh tests/run.sh dev io texture`, build and run the tests of tests/io and tests/texture
# alone.
set -eu
cd "$(dirname "$0")/.."
. cmake/install_packages.sh

jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

configure() {
  echo "== $1: configure =="
  cmake --preset "$1"
}

# build PRESET [TARGET]
build() {
  echo "== $1: build =="
  cmake --build "build/$1" -j "$jobs" ${2:+--target "$2"}
}

# run_tests PRESET [CTEST ARGUMENT...]
run_tests() {
  preset=$1
  shift
  echo "== $preset: test =="
  ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure "$@"
}

run_preset() {
  configure "$1"
  build "$1"
  run_tests "$1"
}

# run_folders PRESET DEVICE FOLDER...
run_folders() {
  preset=$1 device=$2
  shift 2
  folders=$(echo "$@" | tr ' ' '|')
  configure "$preset"
  targets=$(cmake --build "build/$preset" --target help |
    sed -n -E "s/^(\.\.\. )?((test\.)?($folders)\.[a-z0-9_]+(\.$device)?)(: .*)?\$/\2/p")
  if [ -z "$targets" ]; then
    echo "sh tests/run.sh: no tests for $device in: $*" >&2
    exit 2
  fi
  echo "== $preset: build =="
  # shellcheck disable=SC2086  # a word for each
  cmake --build "build/$preset" -j "$jobs" --target $targets
  # shellcheck disable=SC2086
  names=$(echo $targets | sed 's/test\.//g' | tr ' ' '|')
  run_tests "$preset" -R "^($names)(\\.baseline|\\.avx2|\\.avx512)?\$"
}

run_cuda() {
  configure cuda
  build cuda cuda_tests
  build cuda cuda_benchmarks
  run_tests cuda -L cuda
}

need_nvcc() {
  nvcc=$(find_nvcc) || return 1
  CUDACXX=$nvcc
  export CUDACXX
}

mode=${1:-release}
[ $# -eq 0 ] || shift
case $mode in
  release|dev|cuda|all) ;;
  *) echo "usage: sh tests/run.sh [release|dev|cuda|all] [FOLDER...]" >&2; exit 2 ;;
esac
if [ $# -gt 0 ] && [ "$mode" != dev ] && [ "$mode" != cuda ]; then
  echo "sh tests/run.sh $mode takes no folders; expected dev or cuda before them" >&2
  exit 2
fi
if [ "$mode" = cuda ] && ! need_nvcc; then
  echo "sh tests/run.sh cuda: there is no nvcc on PATH or in /usr/local/cuda/bin" >&2
  exit 1
fi

install_packages catch2 libthrust-dev libbenchmark-dev libnanoflann-dev libpng-dev pkg-config doxygen
case $mode in
  release) run_preset release ;;
  dev) if [ $# -gt 0 ]; then run_folders dev cpu "$@"; else run_preset dev; fi ;;
  cuda) if [ $# -gt 0 ]; then run_folders cuda cuda "$@"; else run_cuda; fi ;;
  all)
    run_preset release
    run_preset dev
    if need_nvcc; then run_cuda; else echo "No nvcc: the CUDA tests are not compiled."; fi
    ;;
esac
