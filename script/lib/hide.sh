# shellcheck shell=bash
# Hides what a machine has beyond a bare one, then runs a command: bash script/lib/hide.sh COMMAND...
# Called by script/bare inside a mount namespace of its own, with which everything hidden comes back.
set -euo pipefail

readonly PROGRAMS=(ffmpeg ffprobe uv uvx python3.14)
readonly LIBRARY_FOLDERS=(/usr/lib /usr/lib64 /usr/local/lib /usr/local/lib64 /opt)

hide() { mount --bind /dev/null "$1"; }

hide_program() { # hide_program NAME: in each folder of PATH
    local file python
    python=$(realpath "$(type -P python3)" || true)
    while read -r file; do
        file=$(realpath "$file")
        if [ "$file" = "$python" ]; then
            echo "bare: $file stays, because it is this machine's only Python 3" >&2
        elif [ -f "$file" ]; then
            hide "$file"
        fi
    done < <(type -aP "$1")
}

hide_turbojpeg() {
    local file
    while read -r file; do hide "$file"; done < <(find "${LIBRARY_FOLDERS[@]}" -name 'libturbojpeg*.so*' -type f 2>/dev/null)
}

for program in "${PROGRAMS[@]}"; do hide_program "$program"; done
hide_turbojpeg
exec "$@"
