#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up what is missing and runs the counter on sample data.
# With a display: the application with simulated cards. Without one: the same windows, driven by a script;
# papers, screenshots and a summary are written to demo-output/. A leaving portal for training runs beside it.
# A path given as an argument counts from the checkout.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
. packaging/prepare.sh
# Simulated cards need no reader library, which would have to be compiled here; one that is there stays.
prepare "" --no-dev --extra portal --inexact --no-install-package pyscard
exec .venv/bin/python -m tests.portal.demo "$@"
