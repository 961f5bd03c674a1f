# To be sourced, from the root of the repository. Installs what the build needs on Debian 12 and on Ubuntu, if
# something is missing; a second run touches no network.

# as_root COMMAND...
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    echo "Need root or sudo for: $*" >&2
    return 1
  fi
}

# install_missing PACKAGE...
install_missing() {
  missing=
  for package in "$@"; do
    dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  echo "Installing$missing"
  as_root apt-get update -q
  # shellcheck disable=SC2086  # a list of words
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

# The compiler: $CXX if set, else c++ if it is new enough, else g++-12.
choose_compiler() {
  [ -z "${CXX:-}" ] || return 0
  if ! command -v c++ >/dev/null 2>&1; then
    install_missing g++
  fi
  version=$(c++ -dumpversion 2>/dev/null | cut -d. -f1)
  if [ "${version:-0}" -lt 12 ]; then
    install_missing g++-12
    CXX=g++-12
    CUDAHOSTCXX=g++-12
    export CXX CUDAHOSTCXX
  fi
}

# What is not a Debian package may be installed in another way: only where dpkg is there is it our task.
install_packages() {
  if ! command -v dpkg >/dev/null 2>&1; then
    echo "Not Debian or Ubuntu: see CONTRIBUTING.md for what has to be installed." >&2
    return 0
  fi
  choose_compiler
  tools=
  command -v cmake >/dev/null 2>&1 || tools="$tools cmake"
  command -v ninja >/dev/null 2>&1 || tools="$tools ninja-build"
  # shellcheck disable=SC2086
  install_missing $tools libxtensor-dev libeigen3-dev libstb-dev libcli11-dev nlohmann-json3-dev "$@"
}

# Prints the path of nvcc, if there is one.
find_nvcc() {
  command -v nvcc || { [ -x /usr/local/cuda/bin/nvcc ] && echo /usr/local/cuda/bin/nvcc; }
}

