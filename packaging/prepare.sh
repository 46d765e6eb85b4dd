# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing and nothing else; sourced by demo.sh and test.sh, which stand beside it.
#
# On Debian and Ubuntu the system libraries come through apt, the Python environment through uv from uv.lock.
# Without root and with something missing it prints the one line to run and stops.

say() { printf '%s\n' "$*" >&2; }

# name of the shared library : Debian package : why it is needed
DESK_LIBRARIES="
libEGL.so.1:libegl1:drawing of the windows
libGL.so.1:libgl1:drawing of the windows
libfontconfig.so.1:libfontconfig1:fonts
libglib-2.0.so.0:libglib2.0-0:base library of Qt
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
"

missing_packages() {
    # $1: more programs as lines "program:package:why"
    known=$( { /sbin/ldconfig -p || ldconfig -p; } 2>/dev/null )
    printf '%s\n' "$DESK_LIBRARIES" | while IFS=: read -r library package why; do
        [ -n "$library" ] || continue
        printf '%s' "$known" | grep -q "$library " || printf '%s:%s\n' "$package" "$why"
    done
    printf '%s\n' "$1" | while IFS=: read -r program package why; do
        [ -n "$program" ] || continue
        command -v "$program" >/dev/null 2>&1 || printf '%s:%s\n' "$package" "$why"
    done
    if [ -z "$(find_uv)" ] && ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
        printf 'python3-venv:a place for uv, which installs the Python libraries\n'
    fi
}

find_uv() {
    if command -v uv >/dev/null 2>&1; then command -v uv; return; fi
    for place in "$UV_HOME/bin/uv" "$HOME/.local/bin/uv" "$HOME/.cargo/bin/uv"; do
        if [ -x "$place" ]; then printf '%s' "$place"; return; fi
    done
}

install_system() {
    wanted=$(missing_packages "$1")
    [ -n "$wanted" ] || return 0
    packages=$(printf '%s\n' "$wanted" | cut -d: -f1 | sort -u | tr '\n' ' ')
    if ! command -v apt-get >/dev/null 2>&1; then
        say "These packages (named as on Debian) are missing: $packages"
        say "Install what they hold with this machine's package manager, then run the command again."
        exit 2
    fi
    if [ "$(id -u)" -ne 0 ]; then
        say "Something is missing. Run this one line, then the command again:"
        say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages"
        exit 2
    fi
    say "Installing what is missing on this machine:"
    printf '%s\n' "$wanted" | sort -u | while IFS=: read -r package why; do say "  $package - $why"; done
    DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
    # shellcheck disable=SC2086 # a list of names
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >&2
}

install_uv() {
    UV=$(find_uv)
    [ -n "$UV" ] && return 0
    say "Installing uv, which installs the Python libraries, in $UV_HOME"
    python3 -m venv "$UV_HOME" && "$UV_HOME/bin/pip" install --quiet --disable-pip-version-check uv
    UV="$UV_HOME/bin/uv"
}

prepare() {
    # $1: more programs to look for; the other arguments go to uv sync
    more=$1
    shift
    UV_HOME="${XDG_DATA_HOME:-$HOME/.local/share}/certificate-desk/uv"
    if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        say "Python 3.11 or newer is needed: sudo apt-get install python3"
        exit 2
    fi
    install_system "$more"
    install_uv
    "$UV" sync --quiet --locked "$@"
}
