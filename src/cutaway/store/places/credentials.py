"""Where the credentials for an object store are taken from, in words."""

import os
from pathlib import Path

from cutaway.store.places.aws_profile import IN_ENVIRONMENT, chosen_profile
from cutaway.store.places.object_url import ObjectUrl
from cutaway.store.places.stores import account_of

_GOOGLE = ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_KEY")
_GOOGLE_FILE = "~/.config/gcloud/application_default_credentials.json"
_AZURE = (
    "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_SAS_KEY", "AZURE_STORAGE_TOKEN", "AZURE_CLIENT_SECRET",
    "AZURE_FEDERATED_TOKEN_FILE",
)  # fmt: skip


def told(url: ObjectUrl) -> str:
    """Where the credentials come from, and of which store they are; never what they are.

    Raises CredentialsError for a profile that is named and is not there.
    """
    account = account_of(url)
    return f"{_source(url)}{f', for {account}' if account else ''}"


def _source(url: ObjectUrl) -> str:
    names = {"s3": IN_ENVIRONMENT, "gs": _GOOGLE, "az": _AZURE}[url.scheme]
    profile = chosen_profile() if url.scheme == "s3" else None
    if url.scheme == "s3" and os.environ.get("AWS_SKIP_SIGNATURE", "").lower() == "true":
        return "none are sent: AWS_SKIP_SIGNATURE"
    if profile is not None:
        return f"of the profile {profile.name!r} in ~/.aws"
    for name in names:
        if os.environ.get(name):
            return f"of the environment: {name}"
    if url.scheme == "gs" and Path(_GOOGLE_FILE).expanduser().exists():
        return f"of {_GOOGLE_FILE}"
    return "neither in the environment nor in files: those of this machine's role are asked for"
