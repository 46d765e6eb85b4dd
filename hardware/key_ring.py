# SPDX-License-Identifier: GPL-3.0-or-later
"""The school's card keys: read from a file outside the program, looked up by name, never shown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from typing_extensions import override

from hardware.mifare import KEY_SIZE

_PREFIX = "card_key_"
_LINE = re.compile(r"(?:export\s+)?([A-Za-z][\w.-]*)\s*=\s*[\"']?([^\"'\s#]*)[\"']?\s*(?:#.*)?")
_FOR_OTHERS = 0o007


class KeyFileError(ValueError):
    """A key file cannot be used: ``code`` says how, ``line`` where; what stands there is never repeated."""

    def __init__(self, code: str, file: Path, line: int = 0, detail: str = "") -> None:
        self.code = code
        self.file = str(file)
        self.line = line
        self.detail = detail
        super().__init__(f"{file}: line {line} {detail}")


class SecretKeys(Mapping[str, bytes]):
    """Keys by name, in whatever case; writing the ring out gives the names alone."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {name.casefold(): key for name, key in keys.items()}

    @override
    def __getitem__(self, name: str) -> bytes:
        return self._keys[name.casefold()]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    @override
    def __len__(self) -> int:
        return len(self._keys)

    @override
    def __repr__(self) -> str:
        return f"SecretKeys({sorted(self._keys)})"


def load_key_ring(path: Path) -> SecretKeys:
    """Read a file of lines ``name = 12 hexadecimal digits``, or of an environment file's ``CARD_KEY_NAME=…``.

    Raises :class:`KeyFileError` when it cannot be read, when other users of the machine can read it (``card_keys_open``)
    or when a line is no key.
    """
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror or "" if isinstance(error, OSError) else "UTF-8"
        raise KeyFileError("card_keys_unreadable", path, detail=reason) from error
    if os.name == "posix" and mode & _FOR_OTHERS:
        raise KeyFileError("card_keys_open", path)
    keys: dict[str, bytes] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            name, key = _key_of(path, number, line)
            if name in keys:
                raise KeyFileError("card_keys_line", path, number)
            keys[name] = key
    return SecretKeys(keys)


def _key_of(path: Path, number: int, line: str) -> tuple[str, bytes]:
    found = _LINE.fullmatch(line.strip())
    try:
        key = bytes.fromhex(found[2]) if found else b""
    except ValueError:
        key = b""
    if found is None or len(key) != KEY_SIZE:
        raise KeyFileError("card_keys_line", path, number) from None
    return found[1].casefold().removeprefix(_PREFIX), key
