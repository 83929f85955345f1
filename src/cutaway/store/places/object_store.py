"""Log directories in object stores: Amazon S3 and what speaks its protocol, Google Cloud Storage, Azure Blob Storage.

An object has no parts that change: it is replaced as a whole, and its ETag tells one version from another. A poll is a
list of all objects, a thousand with each request; no object is asked for by itself. Records are read by ranges, each
of the version that was listed (``If-Match``).
"""

import math
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError

from cutaway.events.open_file import FileStatus
from cutaway.store.places.object_errors import CredentialsError, NoBucketError, StoreError, in_words
from cutaway.store.places.object_url import STORES, ObjectUrl
from cutaway.store.places.open_object import Followed, OpenObject
from cutaway.store.places.place import Found, Links, ReplacedError, is_event_file, name_of
from cutaway.store.places.reason import reason
from cutaway.store.places.stores import account_of, connect
from cutaway.store.places.walk import captures_in_words, is_trace

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta

#: Files that are read at the same time: the first byte of each takes some ten milliseconds.
_READERS = 32
#: Bytes that are on their way at the same time, at most and at least, where each reader asks for up to so many: as many
#: as come in the time to an answer at so many bytes a second. Of a store next door more would only take memory.
_MOST_IN_FLIGHT, _LEAST_IN_FLIGHT = 64 << 20, 2 << 20
_AT_ONCE = 8 << 20
_BYTES_A_SECOND = 2 << 30
#: Seconds from one list to the next: a sixth of the time since anything changed, within these bounds.
SHORTEST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
_RESTING = 6.0
#: An object that could not be read is asked for again after so many seconds, then after twice as many, and so on.
_FIRST_REST = 30.0
_LONGEST_REST = 3600.0
_PAGE = 1000
#: What the library raises.
_ERRORS = (BaseError, OSError, ValueError)


class ObjectPlace:
    """The objects whose keys begin with a prefix, or one object. Paths are URLs."""

    has_versions = True

    def __init__(self, url: ObjectUrl) -> None:
        """Send no request yet. Raises ValueError where obstore or a setting of the environment is missing."""
        self.name = str(url)
        self._url = url
        try:
            self._store = connect(url)
        except CredentialsError as error:
            raise ValueError(str(error)) from None
        #: One text for the same objects, whatever the environment they are reached by.
        self._account = account_of(url)
        self.identity = f"{self._account} {url}".strip()
        self._bucket = f"{STORES[url.scheme]} {url.bucket}"
        self._lock = threading.Lock()
        # The event files of the last list, by path.
        self._listed: dict[str, FileStatus] = {}
        # Those of them that the last list did not have.
        self._missed: set[str] = set()
        # How often something else took an object's name, by path.
        self._generations: dict[str, int] = {}
        # Why the store cannot be read; None: nothing is known against it.
        self._trouble: OSError | None = None
        # Objects that could not be read: the version, when to try again (monotonic seconds), the pause, and why.
        self._failed: dict[str, tuple[str, float, float, OSError]] = {}
        # Whether it finds the versions that it lists.
        self._knows_versions = True
        self._changed = time.monotonic()
        # Seconds from a request to its answer, of the one that was answered most quickly since the store was connected
        # to: the others waited for each other as well.
        self._wait = math.inf

    def readers(self, size: int) -> int | None:
        """As many as the time to an answer is worth; the fewest until it is known."""
        wait = self._wait if math.isfinite(self._wait) else 0.0
        in_flight = min(_MOST_IN_FLIGHT, max(_LEAST_IN_FLIGHT, int(wait * _BYTES_A_SECOND)))
        return min(_READERS, max(os.cpu_count() or 1, in_flight // max(1, min(size, _AT_ONCE))))

    @property
    def is_file(self) -> bool:
        """Whether the last list had one event file of that very name."""
        return self.name in self._listed

    @property
    def pause(self) -> float:
        """Less often the longer nothing has changed."""
        return min(max((time.monotonic() - self._changed) / _RESTING, SHORTEST_PAUSE), LONGEST_PAUSE)

    def find(self, note_progress: Callable[[], None] = lambda: None) -> Found:
        """List the objects; one that is missing from one list alone is still taken to be there."""
        found = Found()
        try:
            if self._trouble is not None:
                # With the credentials that there are by now.
                self._store = connect(self._url)
                self._wait = math.inf
            listed, seen = self._list(found, note_progress)
        except (CredentialsError, *_ERRORS) as error:
            self._note_trouble(trouble := self._in_words(error))
            found.detail = reason(trouble)
            found.unreadable["."] = found.detail
            found.state = "missing" if isinstance(trouble, NoBucketError) else "unreadable"
            return found
        self._note_trouble(None)
        with self._lock:
            missed = self._listed.keys() - listed.keys()
            for path in missed - self._missed:
                listed[path] = self._listed[path]
            self._missed = missed & listed.keys()
            if listed != self._listed:
                self._changed = time.monotonic()
            self._listed = listed
        for path in sorted(listed):
            found.files.setdefault(self._run_of(path), []).append(path)
        found.state = "ready" if listed else "empty" if seen else "missing"
        if not listed:
            found.detail = captures_in_words(found.captures)
        return found

    def stat(self, path: str) -> FileStatus:
        """As the last list had it; no request, but for a file that is not an event file."""
        with self._lock:
            known = self._listed.get(path)
        return self._head(path) if known is None else known

    def open(self, path: str, *, links: Links = "followed") -> OpenObject:
        """The version that was listed; no request yet."""
        return OpenObject(self.get, path, self.stat(path))

    def follow(self, path: str) -> Followed:
        """Where a version does not go on from the one before, the object's identity becomes another one."""
        return Followed(self, path)

    def resolve(self, directory: str, name: str) -> str:
        """By the parts of the path: there are no links."""
        parts = directory.removeprefix(self._url.root).split("/") if not name.startswith("/") else [""]
        for part in name.split("/"):
            if part == "..":
                parts = parts[:-1]
            elif part not in ("", "."):
                parts.append(part)
        path = self._url.root + "/".join(part for part in parts if part)
        if name.startswith("/") or "\0" in name or not f"{path}/".startswith(f"{self.name}/"):
            raise PermissionError(f"{name[:100]!r}, which is outside the log directory {self.name!r}")
        return path

    def renew(self, path: str) -> None:
        """Let the object of a name count as another one than before."""
        with self._lock:
            self._generations[path] = self._generations.get(path, 0) + 1
            known = self._listed.get(path)
            if known is not None:
                self._listed[path] = known._replace(identity=self._identity_of(path))

    def get(self, path: str, status: FileStatus, start: int, length: int) -> memoryview:
        """A range of a version. Raises ReplacedError when there is another one, and OSError."""
        self._check_rest(path, status.version)
        options: GetOptions = {"range": (start, start + length)}
        if self._knows_versions and status.version.startswith('"'):
            options["if_match"] = status.version
        asked = time.perf_counter()
        try:
            answer = obstore.get(self._store, self._key(path), options=options)
            self._wait = min(self._wait, time.perf_counter() - asked)
            data = memoryview(answer.bytes())
        except _ERRORS as error:
            failure = self._in_words(error)
            if isinstance(failure, ReplacedError):
                self._look_again(path, status)
            elif isinstance(failure, StoreError):
                self._note_trouble(failure)
            elif not isinstance(failure, FileNotFoundError):
                self._rest(path, status.version, failure)
            raise failure from None
        self._failed.pop(path, None)
        return data

    def _list(self, found: Found, note_progress: Callable[[], None]) -> tuple[dict[str, FileStatus], bool]:
        """The event files below the prefix, and whether there is any object; counts captures of profilers."""
        listed: dict[str, FileStatus] = {}
        captures: set[str] = set()
        seen = False
        note_progress()
        for page in obstore.list(self._store, self._url.prefix or None, chunk_size=_PAGE):
            note_progress()
            for item in page:
                seen = True
                path = self._url.root + item["path"]
                if is_event_file(name_of(path)):
                    listed[path] = self._status(path, item)
                elif is_trace(path):
                    found.captures += 1
                elif "/plugins/profile/" in path:
                    before, _, behind = path.partition("/plugins/profile/")
                    captures.add(f"{before}/{behind.split('/')[0]}")
        if not seen and is_event_file(name_of(self.name)):
            # One event file: with a list its key would be taken to be a directory.
            try:
                listed[self.name] = self._head(self.name)
            except FileNotFoundError:
                return listed, False
        found.captures += len(captures)
        return listed, seen or bool(listed)

    def _head(self, path: str) -> FileStatus:
        try:
            return self._status(path, obstore.head(self._store, self._key(path)))
        except _ERRORS as error:
            raise self._in_words(error) from None

    def _look_again(self, path: str, before: FileStatus) -> None:
        """Ask for one object, which has just been replaced, and take it in as if it had been listed."""
        status = self._head(path)
        if status.version == before.version:
            self._knows_versions = False
        with self._lock:
            if path in self._listed:
                self._listed[path] = status

    def _status(self, path: str, item: "ObjectMeta") -> FileStatus:
        modified = int(item["last_modified"].timestamp() * 1e9)
        tag = item["e_tag"]
        # Lists of some stores have it with quotation marks, and others without.
        version = f'"{tag.removeprefix("W/").strip(chr(34))}"' if tag else f"{modified}/{item['size']}"
        return FileStatus(self._identity_of(path), item["size"], modified, version)

    def _identity_of(self, path: str) -> str:
        generation = self._generations.get(path, 0)
        return f"{self._account} {path}{f' {generation}' if generation else ''}"

    def _run_of(self, path: str) -> str:
        directory = path.rpartition("/")[0]
        return directory[len(self.name) + 1 :] or "."

    def _key(self, path: str) -> str:
        return path[len(self._url.root) :]

    def _in_words(self, error: Exception) -> OSError:
        return in_words(error, self._bucket)

    def _note_trouble(self, trouble: OSError | None) -> None:
        if (trouble is None) != (self._trouble is None):
            self._changed = time.monotonic()
        self._trouble = trouble

    def _check_rest(self, path: str, version: str) -> None:
        if self._trouble is not None:
            raise self._trouble
        if path in self._failed:
            of, again, _, failure = self._failed[path]
            if of == version and time.monotonic() < again:
                raise failure

    def _rest(self, path: str, version: str, failure: OSError) -> None:
        before = self._failed.get(path)
        rest = min(2 * before[2], _LONGEST_REST) if before and before[0] == version else _FIRST_REST
        self._failed[path] = (version, time.monotonic() + rest, rest, failure)
