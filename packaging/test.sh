#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up what is missing and runs every check and every test; ends with 0 only if all of them hold.
#   sh packaging/test.sh          everything
#   sh packaging/test.sh fast     the fast tier alone: no coverage, no slow tests, no card service, no database server,
#                                 no keyring, few examples of each property
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
. packaging/prepare.sh

tier=${1:-all}
case $tier in
    all | fast) ;;
    *)
        say "Unknown tier \"$tier\": say \"fast\", or nothing for everything."
        exit 2
        ;;
esac

prepare "pdftotext:poppler-utils:reading the papers back in the tests
strace:strace:cutting the power and killing desks at every write in the tests
Xvfb:xvfb:a screen for the test in real windows
/usr/sbin/pcscd:pcscd:the card service, which the tests start for themselves alone
/usr/lib/pcsc/drivers/serial/libifdvpcd.so:vsmartcard-vpcd:a virtual card reader for the tests
dbus-daemon:dbus:a session for the tests of the keyring
gnome-keyring-daemon:gnome-keyring:the keyring of a session, which the tests start for themselves alone
$(database_server_needs)
$(reader_library_needs)"

# Through python -m, so that the tools are found even after the checkout has been moved.
python() { say "== $*" && .venv/bin/python "$@"; }
export QT_QPA_PLATFORM=offscreen
# Else each of the some hundred processes of the tests compiles the program and its libraries anew.
unset PYTHONDONTWRITEBYTECODE

if [ "$tier" = fast ]; then
    python -m pytest -n 2 -m "not slow and not bench and not pcsc and not postgres and not secret_service" --hypothesis-profile=fast --no-skips
    say "The fast tests hold."
    exit 0
fi

python -m ruff check .
python -m ruff format --check .
python -m mypy
python -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
python -m pytest -n 2 --dist worksteal -m "not bench" --no-skips --require-real-reader --require-database-server --require-secret-service --cov --cov-report=
python -m coverage report --fail-under=90
python -m coverage report --include="desk_app/domain/*,desk_app/services/*,desk_app/policy/*,hardware/*" --fail-under=98
# The rules decide who gets a certificate: every branch of them is tried.
python -m coverage report --include="desk_app/domain/*,desk_app/policy/*,desk_app/cli/policy.py" --fail-under=100
say "All checks and tests hold."
