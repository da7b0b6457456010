# Sourced by demo, test and up: makes .venv from the lock when it is missing or the lock has changed.
# Everything it writes stays inside the clone.

die() { echo "error: $*" >&2; exit 1; }

bootstrap() { # bootstrap <lock file>
    local lock=$1 python=${PYTHON:-python3} stamp
    command -v "$python" >/dev/null || die "$python is not installed; on Debian and Ubuntu: apt install python3 python3-venv"
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' ||
        die "$("$python" --version) cannot be used; Python 3.11 to 3.13 is needed (set PYTHON to name another one)"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        die "the venv module is missing; on Debian and Ubuntu: apt install python3-venv"

    export PIP_CACHE_DIR="$PWD/.cache/pip" UV_CACHE_DIR="$PWD/.cache/uv" PIP_DISABLE_PIP_VERSION_CHECK=1
    export UV_PYTHON_DOWNLOADS=never
    mkdir -p .cache
    exec 9>.cache/bootstrap.lock
    flock 9 # two commands started at once install once
    stamp=$({ cat "$lock" pyproject.toml; "$python" -c 'import sys; print(sys.version)'; } | sha256sum | cut -d' ' -f1)
    if ! grep -qsx "$lock $stamp" .venv/heritage-stamp; then
        echo "Installing $lock into .venv (about a minute, once)" >&2
        if ! .venv/bin/python -c 'import sys; sys.exit(0)' 2>/dev/null; then
            rm -rf .venv
            "$python" -m venv .venv
        fi
        .venv/bin/python -m pip install --quiet "uv==0.13.8"
        .venv/bin/uv pip install --quiet --python .venv/bin/python --requirement "$lock"
        .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --editable .
        # what a lock contains is in the developers' lock too
        { [ "$lock" != requirements.txt ] && echo "requirements.txt $({ cat requirements.txt pyproject.toml; "$python" -c 'import sys; print(sys.version)'; } | sha256sum | cut -d' ' -f1)"
          echo "$lock $stamp"; } > .venv/heritage-stamp
    fi
    flock -u 9
    exec 9>&-
}
