# shellcheck shell=bash
# Gets what Home Assistant uses beside Python: ffmpeg and libturbojpeg. Sourced, after script/lib/cache.sh.
# What the system has is used; the rest is kept in the cache and added to this process's environment.

PROGRAMS="$CACHE/bin"
LIBRARIES="$CACHE/lib"

# The scripts that run Home Assistant call this after script/setup. What the system has comes first.
use_fetched_programs() {
    export PATH="$PATH:$PROGRAMS"
    if [ -e "$LIBRARIES/libturbojpeg.so.0" ]; then
        export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$LIBRARIES"
    fi
}

has_ffmpeg() { has_program ffmpeg || [ -x "$PROGRAMS/ffmpeg" ]; }

# The wheel imageio-ffmpeg holds a complete static ffmpeg.
get_ffmpeg() {
    local home="$CACHE/ffmpeg"
    explain "getting ffmpeg, which this machine does not have"
    make_environment "$home" || return 1
    install "$home" --require-hashes -r <(pinned imageio-ffmpeg) || return 1
    mkdir -p "$PROGRAMS"
    ln -sf "$home"/lib/python*/site-packages/imageio_ffmpeg/binaries/ffmpeg-* "$PROGRAMS/ffmpeg"
    has_ffmpeg
}

has_turbojpeg() { # has_turbojpeg PYTHON
    LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$LIBRARIES" \
        "$1" -I -S -c 'import ctypes; ctypes.CDLL("libturbojpeg.so.0")' 2>/dev/null
}

# The package of this machine's own Debian or Ubuntu, unpacked beside the system, never into it.
get_turbojpeg() { # get_turbojpeg PYTHON
    local home="$CACHE/turbojpeg"
    has_program apt-get || return 1
    explain "getting libturbojpeg, which this machine does not have"
    rm -rf "$home"
    use_private_apt "$home/apt"
    # One list out of reach does not matter as long as the others have the package.
    "${APT[@]}" update >"$home/apt/log" 2>&1 || true
    # Debian's name for it, then Ubuntu's.
    (cd "$home" && { "${APT[@]}" download libturbojpeg0 || "${APT[@]}" download libturbojpeg; } >>apt/log 2>&1) ||
        { explain "libturbojpeg could not be downloaded (see $home/apt/log)"; return 1; }
    dpkg -x "$home"/libturbojpeg*.deb "$home" || return 1
    mkdir -p "$LIBRARIES"
    cp "$(find "$home/usr" -name libturbojpeg.so.0)" "$LIBRARIES/libturbojpeg.so.0"
    rm -rf "$home"
    has_turbojpeg "$1" || { explain "the downloaded libturbojpeg does not load here"; rm "$LIBRARIES/libturbojpeg.so.0"; return 1; }
}

# Without them the demo and most tests still run, and each says itself what is missing.
get_system_parts() { # get_system_parts PYTHON
    has_ffmpeg || get_ffmpeg || explain "no ffmpeg: streams and spoken answers will not work, nor the tests of them"
    has_turbojpeg "$1" || get_turbojpeg "$1" || true
}
