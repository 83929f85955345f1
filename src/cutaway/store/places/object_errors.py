"""Errors of object stores, in words.

The text of an error that a store's library raises is not shown: it has addresses in it, and may have a signature. Only
the code and the number that the store answered with are taken from it.
"""

import errno
import re
from collections.abc import Iterable

from cutaway.store.places.place import PlaceError, ReplacedError

_CODE = re.compile(r"<Code>(\w{1,80})</Code>|\"(?:code|error)\": ?\"(\w{1,80})\"")
_STATUS = re.compile(r"status code: (\d{3})|status: (\d{3})\b")
_HOST = re.compile(r"Error performing [A-Z]+ (https?://[^/\s?]+)")
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired", "invalid_grant"}
_INVALID = {
    "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidSecurity", "AuthenticationFailed",
    "InvalidAuthenticationInfo", "NotSignedUp",
}  # fmt: skip
_REGION = {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
_NO_BUCKET = {"NoSuchBucket", "ContainerNotFound"}
#: Where a machine of a cloud tells its credentials: asked when there are no others.
_METADATA = ("169.254.169.254", "metadata.google.internal", "169.254.170.2")


class DeniedError(PlaceError):
    """An object may not be read by those who ask."""


class StoreError(PlaceError):
    """The store as a whole cannot be read: no other request will do better before long."""


class NoBucketError(StoreError):
    """There is no bucket or container of the name."""


class CredentialsError(Exception):
    """There are no credentials, or none that can be used. The message says why, and holds none."""


def in_words(error: Exception, bucket: str) -> OSError:
    """An error of the library as the storage place raises it; ``bucket`` names the bucket, as ``bucket logs``."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    text = str(error)
    status = _first(_STATUS.findall(text))
    code = _first(_CODE.findall(text))
    if isinstance(error, FileNotFoundError) and code not in _NO_BUCKET:
        return FileNotFoundError(errno.ENOENT, "no such object")
    if "PreconditionError" in kinds or status == "412":
        return ReplacedError("it was replaced while it was read")
    if code in _NO_BUCKET or (status == "404" and "list request" in text):
        return NoBucketError(f"there is no {bucket}")
    if isinstance(error, CredentialsError):
        return StoreError(text)
    if "InvalidPathError" in kinds:
        return StoreError("it has a key with an empty part, dots or control characters, which no path can have")
    if "External AWS credential provider" in text:
        found = re.search(r"CredentialsError: ([^\n]{1,300})", text)
        return StoreError(found[1] if found else "the credentials cannot be had")
    if any(host in text for host in _METADATA):
        return StoreError("there are no credentials: none in the environment, and this machine has no role")
    return _of_answer(code, status, text)


def _of_answer(code: str, status: str, text: str) -> OSError:
    if code in _EXPIRED:
        return StoreError("the credentials have expired")
    if code in _INVALID or status == "401":
        return StoreError("the credentials are not valid")
    if code in _REGION or status == "301":
        return StoreError("the bucket is in another region: AWS_REGION must name it")
    if code == "RequestTimeTooSkewed":
        return StoreError("the clock of this machine is wrong, and the store refuses what is signed by it")
    if status == "403":
        return DeniedError("access is denied")
    if code == "SlowDown" or status in ("429", "503"):
        return StoreError("the store asks for fewer requests")
    if status:
        return StoreError(f"the store failed: status {status}{f', {code}' if code else ''}")
    where = _first(_HOST.findall(text))
    if "builder error" in text and where.startswith("http:"):
        return StoreError(f"{where} is not encrypted: AWS_ALLOW_HTTP=true allows it")
    if "timed out" in text or "TimedOut" in text or "kind: Timeout" in text:
        return StoreError(f"the store does not answer{f': {where}' if where else ''}")
    return StoreError(f"the store cannot be reached{f': {where}' if where else ''}")


def _first(found: Iterable[str | tuple[str, ...]]) -> str:
    for each in found:
        return each if isinstance(each, str) else next(filter(None, each), "")
    return ""
