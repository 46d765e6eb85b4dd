# SPDX-License-Identifier: GPL-3.0-or-later
"""Another program at the same reader: connects as it is told, says so, and lets go when it is spoken to.

Run: ``python other_program.py share|exclusive|transaction|reset READER``.
"""

from __future__ import annotations

import sys

from smartcard import scard

PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1


def main() -> None:
    """Hold the card in the way that is asked for until a line comes in."""
    how, reader = sys.argv[1:]
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    share = scard.SCARD_SHARE_EXCLUSIVE if how == "exclusive" else scard.SCARD_SHARE_SHARED
    code, card, _ = scard.SCardConnect(context, reader, share, PROTOCOLS)
    if code == 0 and how == "transaction":
        code = scard.SCardBeginTransaction(card)
    _say(f"{code & 0xFFFFFFFF:X}")
    sys.stdin.readline()
    if how == "transaction":
        scard.SCardEndTransaction(card, scard.SCARD_LEAVE_CARD)
    scard.SCardDisconnect(card, scard.SCARD_RESET_CARD if how == "reset" else scard.SCARD_LEAVE_CARD)
    scard.SCardReleaseContext(context)
    _say("done")


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()
