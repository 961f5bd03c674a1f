#!/bin/sh
# Builds everything and runs the tests, from a bare Debian 12 or Ubuntu on.
#   sh tests/run.sh         tests, benchmarks and examples at -O2; CUDA tests too where there is nvcc
#   sh tests/run.sh dev     tests under the address and undefined-behaviour sanitizers
#   sh tests/run.sh cuda    everything with CUDA variants, benchmarks included
#   sh tests/run.sh all     the first two
set -eu
cd "$(dirname "$0")/.."
. cmake/install_packages.sh

jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

# run_preset PRESET [CMAKE ARGUMENT...]
run_preset() {
  preset=$1
  shift
  echo "== $preset: configure =="
  cmake --preset "$preset" "$@"
  echo "== $preset: build =="
  cmake --build "build/$preset" -j "$jobs"
  if [ "$preset" = cuda ]; then
    cmake --build "build/$preset" -j "$jobs" --target cuda_benchmarks
  fi
  echo "== $preset: test =="
  ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure
}

need_nvcc() {
  nvcc=$(find_nvcc) || return 1
  CUDACXX=$nvcc
  export CUDACXX
}

release() {
  if need_nvcc; then
    run_preset release -DPASTICHE_CUDA=ON -DCMAKE_CUDA_ARCHITECTURES="$(gpu_architecture)"
  else
    echo "No nvcc: CUDA tests are skipped."
    run_preset release -DPASTICHE_CUDA=OFF
  fi
}

mode=${1:-release}
case $mode in
  release|dev|cuda|all) ;;
  *) echo "usage: sh tests/run.sh [release|dev|cuda|all]" >&2; exit 2 ;;
esac
if [ "$mode" = cuda ] && ! need_nvcc; then
  echo "sh tests/run.sh cuda: there is no nvcc on PATH or in /usr/local/cuda/bin" >&2
  exit 1
fi

install_packages catch2 libthrust-dev libbenchmark-dev
case $mode in
  release) release ;;
  dev) run_preset dev ;;
  cuda) run_preset cuda ;;
  all) release; run_preset dev ;;
esac
