# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated card behind a socket: it speaks as the virtual reader expects, byte for byte."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from hardware import apdu
from hardware.simulated.classic import ATR_4K
from hardware.simulated.reader import SimulatedCard
from hardware.simulated.vpcd import VpcdCard

MakeCard = Callable[..., SimulatedCard]
Lay = Callable[[SimulatedCard], VpcdCard]


@pytest.fixture
def link() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give both ends of a connection: the virtual reader's and the card's."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        card_end = socket.create_connection(door.getsockname())
        reader_end, _ = door.accept()
    with reader_end, card_end:
        reader_end.settimeout(5)
        yield reader_end, card_end


@pytest.fixture
def lay(link: tuple[socket.socket, socket.socket]) -> Iterator[Lay]:
    laid: list[VpcdCard] = []

    def lay_on(card: SimulatedCard) -> VpcdCard:
        laid.append(VpcdCard(link[1], card))
        laid[0].lay_on()
        return laid[0]

    yield lay_on
    for one in laid:
        one.take_off()


@pytest.fixture
def ask(link: tuple[socket.socket, socket.socket]) -> Callable[[bytes], bytes]:
    """Give what sends a message and receives the answer; "" when the card hangs up instead."""
    reader_end = link[0]

    def send(message: bytes) -> bytes:
        reader_end.sendall(len(message).to_bytes(2, "big") + message)
        head = reader_end.recv(2)
        return reader_end.recv(int.from_bytes(head, "big")) if head else b""

    return send


def test_it_gives_its_answer_to_reset_and_answers_commands(
    lay: Lay, ask: Callable[[bytes], bytes], make_card: MakeCard
) -> None:
    lay(make_card("04AABBCCDDEEFF"))
    assert ask(b"\x04") == ATR_4K
    assert ask(apdu.GET_UID) == bytes.fromhex("04AABBCCDDEEFF9000")


def test_power_and_reset_wake_a_halted_card_without_an_answer(
    link: tuple[socket.socket, socket.socket], lay: Lay, ask: Callable[[bytes], bytes], make_card: MakeCard
) -> None:
    card = make_card()
    lay(card)
    assert ask(apdu.load_key(0, b"WRONG!")) == b"\x90\x00"
    assert ask(apdu.authenticate(40, apdu.KeyType.A, 0)) == b"\x63\x00"
    assert card.chip._halted
    link[0].sendall(b"\x00\x01\x02")
    assert ask(b"\x04") == ATR_4K
    assert not card.chip._halted


def test_a_message_may_come_in_pieces(
    link: tuple[socket.socket, socket.socket], lay: Lay, ask: Callable[[bytes], bytes], make_card: MakeCard
) -> None:
    lay(make_card())
    link[0].sendall(b"\x00")
    link[0].sendall(b"\x01\x04")
    assert link[0].recv(64)[2:] == ATR_4K


def test_taking_it_off_closes_the_connection(
    link: tuple[socket.socket, socket.socket], lay: Lay, make_card: MakeCard
) -> None:
    card = lay(make_card())
    card.take_off()
    card.take_off()
    assert link[0].recv(2) == b""


def test_a_card_that_is_pulled_hangs_up_instead_of_answering(
    lay: Lay, ask: Callable[[bytes], bytes], make_card: MakeCard
) -> None:
    lay(make_card(pull_after=1))
    assert ask(apdu.GET_UID) != b""
    assert ask(apdu.GET_UID) == b""


def test_taking_a_slow_card_off_does_not_wait_for_its_answer(
    link: tuple[socket.socket, socket.socket], lay: Lay, make_card: MakeCard
) -> None:
    card = lay(make_card(delay=30.0))
    link[0].sendall(b"\x00\x05" + apdu.GET_UID)
    card.take_off()
    assert link[0].recv(2) == b""


def test_a_reader_that_is_gone_ends_the_card(
    link: tuple[socket.socket, socket.socket], lay: Lay, make_card: MakeCard
) -> None:
    card = lay(make_card())
    link[0].close()
    card._thread.join(5)
    assert not card._thread.is_alive()
