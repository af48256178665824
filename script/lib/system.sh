# shellcheck shell=bash
# Gets the programs that Home Assistant uses, ffmpeg and libturbojpeg. Sourced, after script/lib/cache.sh.
# Those of the system are used if it has them. Others are downloaded to the cache and added to the environment.

PROGRAMS="$CACHE/bin"
LIBRARIES="$CACHE/lib"

# The scripts that run Home Assistant call this after script/setup.
use_fetched_programs() {
    export PATH="$PATH:$PROGRAMS"
    if [ -e "$LIBRARIES/libturbojpeg.so.0" ]; then
        export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$LIBRARIES"
    fi
}

has_ffmpeg() { has_program ffmpeg || [ -x "$PROGRAMS/ffmpeg" ]; }

# The wheel imageio-ffmpeg contains a complete static ffmpeg.
get_ffmpeg() {
    local home="$CACHE/ffmpeg"
    explain "downloading ffmpeg, which this machine does not have"
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

# Unpacks the package of this machine's Debian or Ubuntu in the cache, so that the system is not changed.
get_turbojpeg() { # get_turbojpeg PYTHON
    local home="$CACHE/turbojpeg"
    has_program apt-get || return 1
    explain "downloading libturbojpeg, which this machine does not have"
    rm -rf "$home"
    use_private_apt "$home/apt"
    # A list that cannot be downloaded does not matter if another one has the package.
    "${APT[@]}" update >"$home/apt/log" 2>&1 || true
    # The name in Debian, then that in Ubuntu.
    (cd "$home" && { "${APT[@]}" download libturbojpeg0 || "${APT[@]}" download libturbojpeg; } >>apt/log 2>&1) ||
        { explain "libturbojpeg could not be downloaded (see $home/apt/log)"; return 1; }
    dpkg -x "$home"/libturbojpeg*.deb "$home" || return 1
    mkdir -p "$LIBRARIES"
    cp "$(find "$home/usr" -name libturbojpeg.so.0)" "$LIBRARIES/libturbojpeg.so.0"
    rm -rf "$home"
    has_turbojpeg "$1" || { explain "the downloaded libturbojpeg cannot be loaded"; rm "$LIBRARIES/libturbojpeg.so.0"; return 1; }
}

# The demo and most tests also work without them; the others print what is missing.
get_system_parts() { # get_system_parts PYTHON
    has_ffmpeg || get_ffmpeg || explain "ffmpeg is missing: streams and spoken answers will not work, nor their tests"
    has_turbojpeg "$1" || get_turbojpeg "$1" || true
}
