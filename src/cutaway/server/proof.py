"""How a viewer proves that it is the one that left a note, before it is told anything.

Both sides have a key that is used for nothing else. The viewer answers 401 to a request without the token, and when
that request holds a nonce, with a code that only who has the key can make: HMAC-SHA256 of the nonce and of the port, so
that it is good for nothing anywhere else. The nonce is bounded, and the code tells nothing of the token or the log.
"""

import hmac
import secrets
import socket
import time

NONCE_HEADER = b"cutaway-nonce"
PROOF_HEADER = b"cutaway-proof"

_DOMAIN = b"cutaway viewer, proof 1\n"
_NONCE_BYTES = 32
_MOST_ANSWER = 1 << 14


def key_for(secret: bytes, place: bytes) -> bytes:
    """The key of a viewer for one log directory, from the secret of its note: no note stands for another directory."""
    return hmac.digest(secret, b"cutaway viewer, key 1\n" + place, "sha256")


def proof_of(key: bytes, port: int, nonce: bytes) -> bytes | None:
    """The code in hexadecimal digits; None for a text that is not a nonce: 64 of them, in lower case."""
    if len(nonce) != 2 * _NONCE_BYTES or nonce.strip(b"0123456789abcdef"):
        return None
    return hmac.digest(key, _DOMAIN + b"%d\n" % port + nonce, "sha256").hex().encode("ascii")


def proves_itself(port: int, key: bytes, seconds: float) -> bool:
    """Whether who listens on a port of this machine has the key. It is asked for nothing but the proof."""
    nonce = secrets.token_hex(_NONCE_BYTES).encode("ascii")
    expected = proof_of(key, port, nonce)
    assert expected is not None
    lines = (b"GET / HTTP/1.1", b"Host: 127.0.0.1", b"Connection: close", NONCE_HEADER + b": " + nonce, b"", b"")
    try:
        head = _head(port, b"\r\n".join(lines), time.monotonic() + seconds)
    except OSError:
        return False
    given = [
        value.strip() for name, _, value in (line.partition(b":") for line in head) if name.lower() == PROOF_HEADER
    ]
    return len(given) == 1 and hmac.compare_digest(given[0], expected)


def _head(port: int, request: bytes, until: float) -> list[bytes]:
    """The lines of the answer's head, as much of it as is there until then and within the bound."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), max(until - time.monotonic(), 0.001)) as connection:
        connection.sendall(request)
        while b"\r\n\r\n" not in answer and len(answer) < _MOST_ANSWER:
            connection.settimeout(max(until - time.monotonic(), 0.001))
            part = connection.recv(4096)
            if not part:
                break
            answer += part
    return answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
