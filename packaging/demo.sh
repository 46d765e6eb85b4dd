#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up what is missing and runs the counter on sample data.
# With a display: the application with simulated cards. Without one: the same windows, driven by a script;
# papers, screenshots and a summary are written to demo-output/.
set -eu
cd "$(dirname "$0")/.."
. packaging/prepare.sh
prepare "" --no-dev --inexact
exec .venv/bin/desk-app demo "$@"
