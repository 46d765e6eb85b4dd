# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole tree of expected errors: each carries a code and data, never a text that a person reads.

The text of a code stands in the message catalogues under ``error.<code>``; the data fill its placeholders.
A refusal to hand over a certificate is no error but a :class:`~desk_app.domain.verdict.Verdict`.
"""

from __future__ import annotations

from typing_extensions import override


class DeskError(Exception):
    """Something expected went wrong: ``code`` names the message, ``data`` fills its placeholders."""

    code = "unexpected"

    def __init__(self, code: str | None = None, **data: object) -> None:
        self.code = code or type(self).code
        self.data = data
        super().__init__(self.code, data)

    @override
    def __str__(self) -> str:
        return f"{self.code} {self.data}" if self.data else self.code


class SettingsError(DeskError):
    """The settings file cannot be read or holds a value that is not allowed."""

    code = "settings"


class PolicyError(DeskError):
    """A policy pack, a case file or a shared table cannot be used; ``data`` names file, line or key path."""

    code = "policy"


class ImportRefusedError(DeskError):
    """An import file was refused as a whole; ``data['problems']`` lists every place that is wrong."""

    code = "import_refused"


class SourceError(DeskError):
    """A source of clearance data cannot be used now; nothing was taken over, what is stored stays with its age.

    ``data['source']`` names it, ``data['wait']`` may say for how many seconds it wants to be left alone.
    """

    code = "source"


class NotFoundError(DeskError):
    """A record that was asked for does not exist."""

    code = "not_found"


class StoreError(DeskError):
    """The store cannot do what it must: nothing was changed."""

    code = "store"


class StoreBusyError(StoreError):
    """Another desk holds the store; trying again is safe."""

    code = "store_busy"


class StoreFullError(StoreError):
    """The disk is full; nothing was changed."""

    code = "store_full"


class StoreLostError(StoreError):
    """The shared store cannot be reached, or its connection broke: what was asked for last may have been kept or not.

    Trying again with the same confirmation is safe: what was kept is found by its key.
    """

    code = "store_lost"


class KeyTroubleError(StoreError):
    """The keys of the store cannot be had from where they are kept; nothing was changed."""

    code = "keys"


class AlteredRecordError(StoreError):
    """A row of a graduate was changed beside the program: no verdict and no release rests on it; others are served.

    ``data`` names the table and whose row it says that it is (``student_no``).
    """

    code = "record_altered"


class UnsoundEngineError(StoreError):
    """The database engine can lose what it has confirmed and is not used."""

    code = "store_unsound_engine"


class ReleaseRefusedError(DeskError):
    """A release was asked for that must not happen; nothing was released."""

    code = "release_refused"


class AlreadyReleasedError(ReleaseRefusedError):
    """Another transaction has released the certificate; ``data`` says when, where and to whom."""

    code = "already_released"


class SignatureError(DeskError):
    """The collector's signature cannot be accepted: empty or only a dot."""

    code = "signature"


class DocumentError(DeskError):
    """A paper cannot be laid out or sealed."""

    code = "document"


class GlyphMissingError(DocumentError):
    """No bundled face has a character of a text that must be printed."""

    code = "glyph_missing"


class PrintError(DeskError):
    """A paper could not be handed to the printer; it stays in the queue."""

    code = "print"


class PermissionRefusedError(DeskError):
    """The operator's role does not allow this."""

    code = "permission"


class SignInError(DeskError):
    """Somebody is not who the pass phrase would prove, or may not sign in now; nobody was signed in."""

    code = "sign_in"


class StaffError(DeskError):
    """An account cannot be made or changed as it was asked for; nothing was changed."""

    code = "staff"


class OverrideError(DeskError):
    """A decision by two persons lacks something; the reason stays in force."""

    code = "override"


class PhoneError(DeskError):
    """An office's word by telephone cannot be recorded like that; nothing has changed."""

    code = "phone"


class CorrectionError(DeskError):
    """A hand-over cannot be taken back as it was asked for; it stands."""

    code = "correction"


class ClosureError(DeskError):
    """A closure cannot be entered or withdrawn as it is written; nothing was changed."""

    code = "closure"
