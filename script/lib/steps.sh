# shellcheck shell=bash
# Runs named steps, tells how long each took, and goes on after a failure. Sourced.

FAILED=()

step() { # step NAME COMMAND...
    local name="$1" started=$SECONDS; shift
    echo "== $name"
    if "$@"; then
        echo "== $name: ok ($((SECONDS - started)) s)"
    else
        echo "== $name: FAILED ($((SECONDS - started)) s)"
        FAILED+=("$name")
    fi
}

# Says how it all went and ends the script.
finish() {
    if [ ${#FAILED[@]} -eq 0 ]; then
        echo "$1: OK (${SECONDS} s)"
        exit 0
    fi
    local names; names=$(printf ', %s' "${FAILED[@]}")
    echo "$1: FAILED after ${SECONDS} s: ${names:2}"
    exit 1
}
