"""URLs of object stores: taken apart, or refused with a sentence that repeats no secret."""

from pathlib import Path

import pytest

from cutaway.store.places.object_url import is_object_url, object_url


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("s3://bucket", ("s3", "bucket", "")),
        ("s3://bucket/", ("s3", "bucket", "")),
        ("S3://my.bucket-1/a b/é/", ("s3", "my.bucket-1", "a b/é")),
        ("gs://my_bucket/lr=0.1", ("gs", "my_bucket", "lr=0.1")),
        ("az://container/x", ("az", "container", "x")),
    ],
)
def test_parts(text: str, parts: tuple[str, str, str]) -> None:
    url = object_url(text)
    assert url == parts
    assert object_url(str(url)) == url
    assert str(url).startswith(url.root.rstrip("/"))


def test_a_path_has_lost_a_slash() -> None:
    assert str(object_url(Path("s3://bucket/logs"))) == "s3://bucket/logs"


@pytest.mark.parametrize(
    "text", ["logs", "./s3:/bucket", "a/s3://b", "C:/logs", "hdfs://x/y", "file:///tmp", 7, b"s3://x"]
)
def test_others_are_no_urls_of_object_stores(text: object) -> None:
    assert not is_object_url(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("s3://key:s3cret@bucket/x", "without credentials, options and fragment, as s3://BUCKET/…"),
        ("abfss://container@s3cret.dfs.core.windows.net/x", "without credentials, options and fragment"),
        ("az://container/x?sig=s3cret", "without credentials, options and fragment, as az://CONTAINER/…"),
        ("gs://bucket/x#s3cret", "without credentials, options and fragment, as gs://BUCKET/…"),
        ("s3a://bucket/x", "must begin with s3://, got s3a://"),
        ("gcs://bucket/x", "must begin with gs://, got gcs://"),
        ("s3://", "must name a bucket, as s3://BUCKET/logs, got 's3://'"),
        ("s3://b", "must name a bucket, as s3://BUCKET/logs, got 's3://b'"),
        ("az://../x", "must name a container, as az://CONTAINER/logs"),
        ("s3://bucket/a//b", "must not have empty parts, dots or control characters in its path"),
        ("s3://bucket/a/../b", "must not have empty parts, dots or control characters in its path"),
        ("s3://bucket/a\nb", "must not have empty parts, dots or control characters in its path"),
        ("s3://bucket/a%20b", "must be written without % escapes, got 's3://bucket/a%20b'"),
    ],
)
def test_refused(text: str, said: str) -> None:
    assert is_object_url(text)
    with pytest.raises(ValueError) as caught:
        object_url(text, "the log directory")
    assert str(caught.value).startswith("the log directory must ")
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)
