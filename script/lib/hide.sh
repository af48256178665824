# shellcheck shell=bash
# Hides programs and libraries that a new machine does not have, then runs a command: bash script/lib/hide.sh COMMAND...
# script/bare calls it in a new mount namespace: outside of the namespace nothing is hidden.
set -euo pipefail

readonly PROGRAMS=(ffmpeg ffprobe uv uvx python3.14)
readonly LIBRARY_FOLDERS=(/usr/lib /usr/lib64 /usr/local/lib /usr/local/lib64 /opt)

hide() { mount --bind /dev/null "$1"; }

hide_program() { # hide_program NAME: hides it in all directories of PATH
    local file python
    python=$(realpath "$(type -P python3)" || true)
    while read -r file; do
        file=$(realpath "$file")
        if [ "$file" = "$python" ]; then
            echo "bare: $file is not hidden, because it is the only Python 3 of this machine" >&2
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
