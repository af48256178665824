# shellcheck shell=bash disable=SC2034
# The cache of the scripts, and functions for downloads. Sourced.

CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/home-integrations"

explain() { echo "setup: $*" >&2; }

# `command -v` of Bash also finds files that cannot be executed, like those that script/bare hides.
has_program() { [ -x "$(type -P "$1")" ]; }

# pinned NAME: prints the line of script/lib/pinned.txt for a wheel, with its version and hashes.
pinned() { grep "^$1==" script/lib/pinned.txt; }

# use_private_apt FOLDER: sets APT to an apt-get that keeps its lists in FOLDER and needs no root.
use_private_apt() {
    mkdir -p "$1/lists/partial" "$1/archives/partial"
    APT=(apt-get -qq -o "Dir::State::Lists=$1/lists" -o "Dir::Cache::Archives=$1/archives"
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root
        -o APT::Get::List-Cleanup=0 -o Acquire::Languages=none)
}
