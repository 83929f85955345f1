"""A viewer proves that it is the one that a note is of, and a process that does not is told nothing."""

import hmac
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.server.proof import key_for, proof_of, proves_itself
from cutaway.server.viewer import Viewer

SECRET = bytes(range(32))
NONCE = "0123456789abcdef" * 4


def test_who_has_the_key_proves_it(serve: Callable[..., Viewer]) -> None:
    key = key_for(SECRET, b"/log")
    viewer = serve(proof_key=key)
    assert proves_itself(viewer.port, key, 20)
    assert not proves_itself(viewer.port, key_for(SECRET, b"/other"), 20)
    assert not proves_itself(viewer.port, key_for(bytes(32), b"/log"), 20)
    assert not proves_itself(serve().port, key, 20)
    assert not proves_itself(serve(proof_key=key, token=False).port, key, 20)


def test_a_proof_for_one_port_is_none_for_another() -> None:
    key = key_for(SECRET, b"/log")
    assert proof_of(key, 6006, NONCE.encode()) != proof_of(key, 6007, NONCE.encode())


def test_a_proof_is_the_same_from_every_version() -> None:
    """Viewers of two versions on one machine understand each other: the text that is signed is fixed."""
    key = hmac.digest(SECRET, b"cutaway viewer, key 1\n/log", "sha256")
    assert key_for(SECRET, b"/log") == key
    text = b"cutaway viewer, proof 1\n6006\n" + NONCE.encode()
    assert proof_of(key, 6006, NONCE.encode()) == hmac.digest(key, text, "sha256").hex().encode()


@pytest.mark.parametrize("nonce", ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 60_000])
def test_what_is_no_nonce_is_not_signed(serve: Callable[..., Viewer], http: httpx.Client, nonce: str) -> None:
    viewer = serve(proof_key=SECRET)
    root = f"http://127.0.0.1:{viewer.port}/"
    answer = http.get(root, headers={"Cutaway-Nonce": nonce})
    assert answer.status_code == 401
    assert "cutaway-proof" not in answer.headers
    assert "cutaway-proof" not in http.get(root).headers
    twice = http.get(root, headers=[("Cutaway-Nonce", NONCE), ("Cutaway-Nonce", NONCE)])
    assert "cutaway-proof" not in twice.headers
    assert len(http.get(root, headers={"Cutaway-Nonce": NONCE}).headers["cutaway-proof"]) == 64
    # A client with the token needs no proof.
    assert "cutaway-proof" not in http.get(f"{viewer.url}api/catalogue", headers={"Cutaway-Nonce": NONCE}).headers


@given(st.binary(max_size=70))
def test_only_nonces_are_signed(nonce: bytes) -> None:
    """And nothing that is signed could be taken for a code of the key that is made for other purposes."""
    proof = proof_of(SECRET, 6006, nonce)
    assert proof is None
    assert proof_of(SECRET, 6006, NONCE.encode()) != hmac.digest(SECRET, NONCE.encode(), "sha256").hex().encode()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 401 Unauthorized\r\n\r\n",
        b"HTTP/1.1 401 Unauthorized\r\nCutaway-Proof: " + b"0" * 64 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nCutaway-Proof:\r\n\r\n",
        b"x" * 1_000_000,
        b"Cutaway-Proof: \xff\r\n\r\n",
    ],
)
def test_an_impostor_proves_nothing(answer: bytes) -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                asked.append(connection.recv(4096))
                connection.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        assert not proves_itself(listener.getsockname()[1], SECRET, 20)
        thread.join()
    assert asked[0].startswith(b"GET / HTTP/1.1\r\n")


def test_who_does_not_answer_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not proves_itself(port, SECRET, 0.2)
    assert not proves_itself(port, SECRET, 20)
