"""Names of logs in object stores: ``s3://BUCKET/PREFIX``, ``gs://…`` and ``az://CONTAINER/PREFIX``."""

import os
import re
from typing import NamedTuple
from urllib.parse import unquote

#: What each scheme's store calls the thing that objects lie in.
STORES = {"s3": "bucket", "gs": "bucket", "az": "container"}
#: Names that others have for the same stores.
_OTHER_NAMES = {"s3a": "s3", "s3n": "s3", "gcs": "gs", "azure": "az", "abfs": "az", "abfss": "az", "adl": "az"}
# A `Path` has only one slash left of two.
_URL = re.compile(r"([A-Za-z][\w+.\-]+):/{1,2}(?!/)(.*)\Z", re.DOTALL)
_BUCKET = re.compile(r"[A-Za-z0-9][\w.\-]{1,221}\Z", re.ASCII)


class ObjectUrl(NamedTuple):
    """A place in an object store."""

    scheme: str
    bucket: str
    #: The key of an object, or what the keys of several have in common before a slash; without slashes at its ends, and
    #: empty for all of the bucket.
    prefix: str

    @property
    def root(self) -> str:
        """What every path in the bucket begins with."""
        return f"{self.scheme}://{self.bucket}/"

    def __str__(self) -> str:
        return f"{self.root}{self.prefix}" if self.prefix else self.root[:-1]


def is_object_url(path: object) -> bool:
    """Whether a name of a log is meant to be a URL of an object store, whether it is a good one or not."""
    if not isinstance(path, str | os.PathLike) or not isinstance(text := os.fspath(path), str):
        return False
    found = _URL.match(text)
    return found is not None and found[1].lower() in STORES | _OTHER_NAMES


def object_url(path: str | os.PathLike[str], name: str = "logdir") -> ObjectUrl:
    """Take a URL apart. ``name`` is the argument's, for messages.

    Raises ValueError for one that is not accepted; what may be a secret in it is not repeated.
    """
    text = os.fspath(path)
    found = _URL.match(text)
    scheme, rest = (found[1].lower(), found[2]) if found else ("", "")
    bucket, _, key = rest.partition("/")
    if "@" in bucket or ":" in bucket or re.search(r"[?#]", rest):
        meant = _OTHER_NAMES.get(scheme, scheme)
        where = f"{meant}://{STORES[meant].upper()}/…"
        raise ValueError(
            f"{name} must be a URL without credentials, options and fragment, as {where}; credentials are taken "
            "from the environment, as the tools of the store take them"
        )
    if scheme in _OTHER_NAMES:
        raise ValueError(f"{name} must begin with {_OTHER_NAMES[scheme]}://, got {scheme}://")
    if scheme not in STORES:
        raise ValueError(f"{name} must begin with s3://, gs:// or az://, got {text!r}")
    if not _BUCKET.match(bucket):
        what = STORES[scheme]
        raise ValueError(
            f"{name} must name a {what}, as {scheme}://{what.upper()}/logs, got {text!r}; "
            "a name has two characters or more: letters, digits, dots and dashes"
        )
    key = key.strip("/")
    parts = key.split("/") if key else []
    if any(part in ("", ".", "..") or re.search(r"[\x00-\x1f\x7f]", part) for part in parts):
        raise ValueError(f"{name} must not have empty parts, dots or control characters in its path, got {text!r}")
    if unquote(key) != key:
        raise ValueError(f"{name} must be written without % escapes, got {text!r}")
    return ObjectUrl(scheme, bucket, key)
