"""Connections to object stores by the library obstore, with the credentials that the store's own tools would take."""

import os
from datetime import timedelta
from typing import Any

from obstore import store
from obstore.store import ObjectStore

from cutaway.store.places.aws_profile import chosen_profile
from cutaway.store.places.object_url import ObjectUrl

#: A request that fails by the network or the store is sent so often again, within so many seconds.
_RETRIES = 3
_RETRY_SECONDS = 15
#: How long an answer may make no headway.
_READ_TIMEOUT = "30s"
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_TRUE = ("1", "true", "yes", "on", "y", "t")


def connect(url: ObjectUrl) -> ObjectStore:
    """A connection to the bucket of a URL; sends no request yet.

    Raises ValueError where the environment lacks a setting, and CredentialsError.
    """
    options: dict[str, Any] = {
        "client_options": {
            # The library takes it from the environment only where no options are given.
            "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() in _TRUE,
            "connect_timeout": "5s",
            "read_timeout": _READ_TIMEOUT,
            "timeout": "180s",
        },
        "retry_config": {
            "max_retries": _RETRIES,
            "retry_timeout": timedelta(seconds=_RETRY_SECONDS),
            "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=2)},
        },
    }
    if url.scheme == "gs":
        return store.GCSStore(url.bucket, **options)
    if url.scheme == "az":
        try:
            return store.AzureStore(url.bucket, **options)
        except Exception as error:
            if "Account must be specified" in str(error):
                message = "AZURE_STORAGE_ACCOUNT_NAME must name the storage account that the container is in"
                raise ValueError(message) from None
            raise
    profile = chosen_profile()
    if profile is not None:
        options["credential_provider"] = profile.provider()
        if profile.region and not (os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")):
            options["region"] = profile.region
    endpoint = account_of(url)
    if endpoint:
        options["endpoint"] = endpoint
    return store.S3Store(url.bucket, **options)


def account_of(url: ObjectUrl) -> str:
    """Which of the stores that may have a bucket of the name is meant, by the environment: the endpoint of S3, or the
    storage account of Azure. Empty for the one that all know."""
    if url.scheme == "s3":
        named = (os.environ.get(name) for name in _ENDPOINTS)
        profile = chosen_profile()
        of_profile = profile.settings.get("endpoint_url", "") if profile else ""
        return next(filter(None, named), of_profile).rstrip("/")
    return os.environ.get("AZURE_STORAGE_ACCOUNT_NAME", "") if url.scheme == "az" else ""
