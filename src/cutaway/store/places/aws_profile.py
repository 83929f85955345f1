"""Credentials for S3 from the files of AWS' tools, ``~/.aws/credentials`` and ``~/.aws/config``.

They are asked for where the environment has none, and asked again every few minutes, since tools that sign in write
them anew. With boto3 installed it reads them, and knows every kind of sign-in; without it, keys that are written
there are read, and programs that print them (``credential_process``) are run.
"""

import configparser
import json
import os
import shlex
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cutaway.store.places.object_errors import CredentialsError

#: What says that credentials come from the environment, or from a role that the environment names.
IN_ENVIRONMENT = (
    "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)  # fmt: skip
#: The library asks for new ones so long before the old ones end, at the latest.
_LEAD = timedelta(minutes=5)
_AGAIN = timedelta(minutes=2)
#: Seconds that a program which prints credentials has.
_PATIENCE = 60

Credentials = dict[str, Any]


class Profile(NamedTuple):
    """A profile's settings, of both files."""

    name: str
    settings: Mapping[str, str]

    @property
    def region(self) -> str | None:
        """The region that it names."""
        return self.settings.get("region")

    def provider(self) -> Callable[[], Credentials]:
        """What gives its credentials, as the library asks for them. It raises CredentialsError."""
        try:
            import boto3  # type: ignore[import-not-found, import-untyped, unused-ignore]
        except ImportError:
            return lambda: _read_again(self.name)
        return lambda: _of_session(boto3.Session(profile_name=self.name), self.name)


def chosen_profile() -> Profile | None:
    """The profile that credentials are to be taken from; None where the environment has them, or there are none.

    Raises CredentialsError for a profile that is named and is not there.
    """
    named = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    if not named and any(os.environ.get(name) for name in IN_ENVIRONMENT):
        return None
    settings = _settings(named or "default")
    if settings is None:
        if named:
            raise CredentialsError(f"there is no profile {named!r} in ~/.aws")
        return None
    return Profile(named or "default", settings)


def _settings(name: str) -> dict[str, str] | None:
    found: dict[str, str] | None = None
    section = name if name == "default" else f"profile {name}"
    for variable, default, heading in (
        ("AWS_CONFIG_FILE", "~/.aws/config", section),
        ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", name),
    ):
        parser = configparser.RawConfigParser(strict=False, default_section="")
        try:
            parser.read(Path(os.environ.get(variable) or default).expanduser(), "utf-8")
        except (OSError, configparser.Error, UnicodeDecodeError) as error:
            raise CredentialsError(f"{os.environ.get(variable) or default} cannot be read") from error
        if parser.has_section(heading):
            found = (found or {}) | dict(parser.items(heading))
    return found


def _read_again(name: str) -> Credentials:
    settings = _settings(name) or {}
    if "aws_access_key_id" in settings and "aws_secret_access_key" in settings:
        return _credentials(
            settings["aws_access_key_id"], settings["aws_secret_access_key"], settings.get("aws_session_token")
        )
    if "credential_process" in settings:
        return _of_program(settings["credential_process"], name)
    raise CredentialsError(f"profile {name!r} signs in by other means than keys: pip install boto3 reads those")


def _of_program(command: str, name: str) -> Credentials:
    try:
        done = subprocess.run(shlex.split(command), capture_output=True, check=True, timeout=_PATIENCE)
        found = json.loads(done.stdout)
        ends = found.get("Expiration")
        return _credentials(
            found["AccessKeyId"],
            found["SecretAccessKey"],
            found.get("SessionToken"),
            datetime.fromisoformat(ends) if ends else None,
        )
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError, AttributeError):
        # Whatever the program printed may be a secret.
        raise CredentialsError(f"the program that gives the credentials of profile {name!r} failed") from None


def _of_session(session: Any, name: str) -> Credentials:
    try:
        found = session.get_credentials()
        frozen = found.get_frozen_credentials() if found is not None else None
    except Exception as error:
        raise CredentialsError(f"boto3 cannot read profile {name!r}: {type(error).__name__}") from None
    if frozen is None:
        raise CredentialsError(f"profile {name!r} has no credentials")
    return _credentials(frozen.access_key, frozen.secret_key, frozen.token)


def _credentials(key: str, secret: str, token: str | None, ends: datetime | None = None) -> Credentials:
    again = datetime.now(UTC) + _LEAD + _AGAIN
    return {
        "access_key_id": key,
        "secret_access_key": secret,
        "token": token,
        "expires_at": again if ends is None else min(again, ends),
    }
