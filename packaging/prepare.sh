# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing and nothing else; sourced by demo.sh and test.sh, with the checkout as current folder.
#
# On Debian and Ubuntu the system libraries come through apt; uv brings the Python environment from uv.lock to .venv.
# Without root and with something missing it prints the one line to run and stops with 2. What it fetches besides
# system libraries stays in the checkout (.venv, .uv) and in uv's own cache.

say() { printf '%s\n' "$*" >&2; }

# shared library : Debian package : why it is needed. What these packages draw in themselves is not listed.
DESK_LIBRARIES="
libEGL.so.1:libegl1:drawing of the windows
libGL.so.1:libgl1:drawing of the windows
libfontconfig.so.1:libfontconfig1:fonts
libglib-2.0.so.0:libglib2.0-0:base library of Qt
libgssapi_krb5.so.2:libgssapi-krb5-2:preview of the papers (Qt's PDF library)
libdbus-1.so.3:libdbus-1-3:desktop services and accessibility
libxkbcommon.so.0:libxkbcommon0:keyboard
libxkbcommon-x11.so.0:libxkbcommon-x11-0:keyboard under X11
libxcb-cursor.so.0:libxcb-cursor0:windows under X11
libxcb-icccm.so.4:libxcb-icccm4:windows under X11
libxcb-image.so.0:libxcb-image0:windows under X11
libxcb-keysyms.so.1:libxcb-keysyms1:windows under X11
libxcb-render-util.so.0:libxcb-render-util0:windows under X11
libxcb-shape.so.0:libxcb-shape0:windows under X11
libxcb-xkb.so.1:libxcb-xkb1:windows under X11
libwayland-cursor.so.0:libwayland-cursor0:windows under Wayland
"

# What compiles pyscard, the library for card readers, which comes ready-made for Windows and macOS alone.
# A word that begins with a slash is a file, any other one a program: package : why.
READER_LIBRARY_NEEDS="
gcc:gcc:compiling the library for card readers
/usr/include/stdlib.h:libc6-dev:compiling the library for card readers
/usr/include/PCSC/winscard.h:libpcsclite-dev:compiling the library for card readers
"

reader_library_needs() {
    # Prints lines "program or file:package:why"; nothing where the library is compiled already.
    for compiled in .venv/lib/python3*/site-packages/smartcard/scard; do
        [ ! -d "$compiled" ] || return 0
    done
    printf '%s\n' "$READER_LIBRARY_NEEDS"
    printf '%s:python3-dev:compiling the library for card readers\n' "$(python_header)"
}

database_server_needs() {
    # Debian keeps the programs of each version in a folder of its own, and out of everybody's search path.
    for program in /usr/lib/postgresql/*/bin/initdb; do
        [ ! -x "$program" ] || return 0
    done
    printf 'initdb:postgresql:a database server, which the tests start for themselves alone, in a folder of its own\n'
}

python_header() {
    # A Python that uv has fetched itself brings its header along.
    uv=$(find_uv)
    python=$({ [ -n "$uv" ] && "$uv" python find; } 2>/dev/null || command -v python3 || :)
    where='import sysconfig; print(sysconfig.get_path("include") + "/Python.h")'
    "${python:-python3}" -c "$where" 2>/dev/null || printf '/usr/include/python3/Python.h\n'
}

# The dynamic linker's table of libraries; a function, so that a test can put its own in its place.
known_libraries() { { /sbin/ldconfig -p || ldconfig -p; } 2>/dev/null; }

missing_packages() {
    # $1: more programs or files as lines "program:package:why". Prints lines "package:why".
    known=$(known_libraries) || known=
    printf '%s\n' "$DESK_LIBRARIES" | while IFS=: read -r library package why; do
        [ -n "$library" ] || continue
        case $known in *"$library "*) ;; *) printf '%s:%s\n' "$package" "$why" ;; esac
    done
    printf '%s\n' "$1" | while IFS=: read -r program package why; do
        [ -n "$program" ] || continue
        is_there "$program" || printf '%s:%s\n' "$package" "$why"
    done
    [ -n "$(find_uv)" ] || missing_python
}

is_there() {
    case $1 in
        /*) has_file "$1" ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

# A function, so that a test can put its own in its place.
has_file() { [ -e "$1" ]; }

missing_python() {
    # Debian keeps what makes an environment (ensurepip) in a package of its own.
    command -v python3 >/dev/null 2>&1 || printf 'python3:the language the program is written in\n'
    python3 -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        printf 'python3-venv:a place for uv, which installs the Python libraries\n'
}

find_uv() {
    for place in "$(command -v uv || :)" "$PWD/.uv/bin/uv" "${HOME:-}/.local/bin/uv" "${HOME:-}/.cargo/bin/uv"; do
        if [ -n "$place" ] && [ -x "$place" ]; then printf '%s\n' "$place"; return; fi
    done
}

require_linux() {
    # Elsewhere the libraries come with the system, and uv alone does the rest.
    case $(uname -s) in
        Linux) ;;
        *)
            say "This script sets up Linux. On macOS and Windows, install uv (https://docs.astral.sh/uv/) and run"
            say "  uv run desk-app demo      for the demonstration"
            say "  uv run pytest             for the tests"
            exit 2
            ;;
    esac
}

require_python() {
    # With uv there is nothing to ask: it finds a Python that fits, or fetches one.
    [ -z "$(find_uv)" ] || return 0
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return 0
    say "Python 3.11 or newer is needed; this machine has $(python3 --version 2>&1)."
    say "Install a newer one, or install uv (https://docs.astral.sh/uv/), which fetches one, and run the command again."
    exit 2
}

install_system() {
    wanted=$(missing_packages "$1" | sort -u)
    [ -n "$wanted" ] || return 0
    packages=$(printf '%s\n' "$wanted" | cut -d: -f1 | tr '\n' ' ')
    packages=${packages% }
    if ! command -v apt-get >/dev/null 2>&1; then
        say "These packages, named as on Debian, are missing:"
        list_packages "$wanted"
        say "Install what they hold with this machine's package manager, then run the command again."
        exit 2
    fi
    if [ "$(id -u)" -ne 0 ]; then
        say "Something is missing:"
        list_packages "$wanted"
        say "Run this one line, then the command again:"
        say "  $(as_root "apt-get update && apt-get install -y --no-install-recommends $packages")"
        exit 2
    fi
    say "Installing what is missing on this machine:"
    list_packages "$wanted"
    apt_install "$packages"
}

list_packages() {
    printf '%s\n' "$1" | while IFS=: read -r package why; do say "  $package - $why"; done
}

as_root() {
    if command -v sudo >/dev/null 2>&1; then
        printf "sudo sh -c '%s'\n" "$1"
    else
        printf "su - -c '%s'\n" "$1"
    fi
}

apt_install() {
    # A foreign package source that does not answer must not stop what the others have.
    DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || say "apt could not refresh every list; going on."
    # shellcheck disable=SC2086 # a list of names
    if ! DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get install -y -qq --no-install-recommends \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 $1 >/dev/null; then
        say "apt could not install: $1"
        exit 1
    fi
}

install_uv() {
    UV=$(find_uv)
    [ -z "$UV" ] || return 0
    say "Installing uv, which installs the Python libraries, in .uv"
    if ! { python3 -m venv .uv && .uv/bin/python -m pip install --quiet --disable-pip-version-check uv; }; then
        say "uv could not be installed. Is there a network?"
        exit 1
    fi
    UV=$PWD/.uv/bin/uv
}

keep_to_the_checkout() {
    # An environment or a search path of somebody else's shell must not leak in.
    unset VIRTUAL_ENV UV_PROJECT_ENVIRONMENT PYTHONHOME PYTHONPATH
    cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
    if [ -z "${UV_CACHE_DIR:-}" ] && ! { [ -n "$cache" ] && mkdir -p "$cache" && [ -w "$cache" ]; } 2>/dev/null; then
        export UV_CACHE_DIR="$PWD/.uv/cache"
    fi
}

sync_environment() {
    # Looking takes a hundredth of a second; compiling, which makes the first start faster, is for when something changes.
    "$UV" sync --quiet --locked --check "$@" 2>/dev/null && return 0
    say "Installing the Python libraries of uv.lock in .venv"
    if ! "$UV" sync --quiet --locked --compile-bytecode "$@"; then
        say "The Python libraries could not be installed; the lines above say why."
        exit 1
    fi
}

prepare() {
    # $1: more programs or files to look for; the other arguments go to uv sync
    programs=$1
    shift
    require_linux
    install_system "$programs"
    require_python
    keep_to_the_checkout
    install_uv
    sync_environment "$@"
}
