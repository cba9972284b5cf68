#!/bin/sh
# Makes .venv and installs a lock file into it: `requirements/install.sh base` or `… dev`.
# Does nothing when the lock is the one that was installed last. Needs Python alone.
set -eu
cd "$(dirname "$0")/.."
lock="requirements/$1.txt"
python=.venv/bin/python

is_new_enough() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$candidate" >/dev/null 2>&1 && is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    cat >&2 <<'END'
Taskly needs Python 3.11 or newer with its venv module, and there is none here.
    Debian, Ubuntu:  apt install python3 python3-venv
    Fedora:          dnf install python3.13
    macOS:           brew install python@3.13
Another one than those on the PATH is named by PYTHON=/path/to/python3.
END
    exit 1
}

# Without starting Python: this stands before every start of the server.
stamp=".venv/installed-$1"
now=$(cksum <"$lock")
if [ -x "$python" ] && [ "$(cat "$stamp" 2>/dev/null || true)" = "$now" ]; then
    exit 0
fi

if ! { [ -x "$python" ] && "$python" -c 'import pip' 2>/dev/null; }; then
    found=$(find_python)
    echo "Making .venv with $("$found" --version) …"
    "$found" -m venv --clear .venv
fi
echo "Installing the requirements of $lock (about a minute) …"
"$python" -m pip install --quiet --no-input --disable-pip-version-check \
    --require-hashes --requirement "$lock"
echo "$now" >"$stamp"
