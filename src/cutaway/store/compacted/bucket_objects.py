"""A compacted directory in an object store: Amazon S3 and what speaks its protocol, Google Cloud Storage, Azure."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError

from cutaway.store.compacted.objects import ExistsError, Listed
from cutaway.store.places.object_errors import CredentialsError, in_words
from cutaway.store.places.object_url import STORES, ObjectUrl
from cutaway.store.places.stores import connect

_PAGE = 1000


class BucketObjects:
    """Objects whose keys begin with the prefix of a URL."""

    def __init__(self, url: ObjectUrl) -> None:
        """Send no request yet. Raises ValueError where a setting of the environment is missing."""
        self.name = str(url)
        self._prefix = f"{url.prefix}/" if url.prefix else ""
        self._bucket = f"{STORES[url.scheme]} {url.bucket}"
        try:
            self._store = connect(url)
        except CredentialsError as error:
            raise ValueError(str(error)) from None

    def put(self, key: str, file: Path) -> None:
        """See Objects. An upload that ends in the middle leaves no object."""
        with self._errors():
            obstore.put(self._store, self._prefix + key, file)

    def put_if_absent(self, key: str, data: bytes) -> None:
        """See Objects."""
        with self._errors():
            try:
                obstore.put(self._store, self._prefix + key, data, mode="create", use_multipart=False)
            except AlreadyExistsError as error:
                raise ExistsError(f"there is an object {key} already") from error

    def list(self, prefix: str = "") -> list[Listed]:
        """See Objects."""
        found = []
        with self._errors():
            for page in obstore.list(self._store, self._prefix + prefix or None, chunk_size=_PAGE):
                found += [
                    Listed(item["path"].removeprefix(self._prefix), item["size"], item["last_modified"].timestamp())
                    for item in page
                ]
        return sorted(found)

    def read(self, key: str, offset: int, length: int) -> bytes:
        """See Objects."""
        if not length:
            return b""
        with self._errors():
            return bytes(obstore.get_range(self._store, self._prefix + key, start=offset, length=length))

    def delete(self, key: str) -> None:
        """See Objects."""
        with self._errors():
            try:
                obstore.delete(self._store, self._prefix + key)
            except FileNotFoundError:
                return

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """What the library raises, as OSError in words."""
        try:
            yield
        except ExistsError:
            raise
        except (BaseError, OSError, ValueError) as error:
            raise in_words(error, self._bucket) from None
