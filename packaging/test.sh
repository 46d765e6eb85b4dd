#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up what is missing and runs every check and every test; ends with 0 only if all of them hold.
#   sh packaging/test.sh          everything
#   sh packaging/test.sh fast     the fast tier alone: no coverage, no slow tests
set -eu
cd "$(dirname "$0")/.."
. packaging/prepare.sh
prepare "pdftotext:poppler-utils:reading the papers back in the tests
Xvfb:xvfb:a screen for the window tests
git:git:the tests look at what is under version control"

run() { say "== $*"; "$@"; }
bin=.venv/bin
export QT_QPA_PLATFORM=offscreen

if [ "${1:-}" = fast ]; then
    run "$bin/pytest" -n 2 -m "not slow and not bench"
    exit 0
fi

run "$bin/ruff" check .
run "$bin/ruff" format --check .
run "$bin/mypy"
run "$bin/lint-imports"
run "$bin/pytest" -n 2 -m "not bench" --cov --cov-report=
run "$bin/coverage" report --fail-under=90
run "$bin/coverage" report --include="desk_app/domain/*,desk_app/services/*,desk_app/policy/*,hardware/*" --fail-under=98
say "All checks and tests hold."
