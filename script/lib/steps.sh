# shellcheck shell=bash
# Runs named steps, prints how long each takes, and continues after a failure. Sourced.

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

# Prints the result of all steps and exits.
finish() {
    if [ ${#FAILED[@]} -eq 0 ]; then
        echo "$1: OK (${SECONDS} s)"
        exit 0
    fi
    local names; names=$(printf ', %s' "${FAILED[@]}")
    echo "$1: FAILED after ${SECONDS} s: ${names:2}"
    exit 1
}
