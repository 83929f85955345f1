"""``cutaway doctor``: what can be done with a bucket, said in a line each, and the smallest policy for it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.object_server import Fault, ObjectServer

pytest.importorskip("obstore", reason="obstore is not installed: pip install 'cutaway[cloud]'")

from cutaway.cli import main

KEY = "logs/a/events.out.tfevents.1000.host.1.0"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectServer]:
    with ObjectServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def test_all_is_well(server: ObjectServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.put(KEY, b"x")
    assert main(["doctor", "s3://logs/logs"]) == 0
    output = capsys.readouterr().out
    lines = output.splitlines()
    assert lines[:3] == [
        f"credentials  of the environment: AWS_ACCESS_KEY_ID, for {server.endpoint}",
        "list         works: 1 event file in 1 run",
        "read         works",
    ]
    policy = json.loads(output[output.index("{") :])
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::logs",
            "Condition": {"StringLike": {"s3:prefix": "logs/*"}},
        },
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/logs/*"},
    ]
    # Nothing was asked for that the policy does not allow.
    assert {(request.method, request.is_list or request.key) for request in server.requests} == {
        ("GET", True),
        ("GET", KEY),
    }
    assert "secret" not in output


def test_what_fails_is_said(server: ObjectServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.put(KEY, b"x")
    server.before = lambda request: Fault(403, "AccessDenied") if not request.is_list else None
    assert main(["doctor", "s3://logs/logs"]) == 1
    assert "read         fails: access is denied" in capsys.readouterr().out
    server.before = lambda request: Fault(403, "InvalidAccessKeyId")
    assert main(["doctor", "s3://logs"]) == 1
    output = capsys.readouterr().out
    assert "list         fails: the credentials are not valid" in output
    assert "Condition" not in output
    server.before = lambda request: None
    assert main(["doctor", "s3://logs/elsewhere"]) == 0
    assert "works, but there are no event files below s3://logs/elsewhere" in capsys.readouterr().out


def test_other_stores_have_roles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cutaway.cli import doctor

    monkeypatch.setattr(doctor, "_check_list", lambda place: True)
    monkeypatch.setattr(doctor, "_check_read", lambda place: True)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "team")
    assert main(["doctor", "gs://logs/x"]) == 0
    output = capsys.readouterr().out
    assert "neither in the environment nor in files" in output
    assert "gs://logs --member=WHO --role=roles/storage.objectViewer" in output
    assert main(["doctor", "az://logs/x"]) == 0
    output = capsys.readouterr().out
    assert "for team" in output
    assert "Storage Blob Data Reader" in output


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("logs", "a URL of an object store is expected, as s3://bucket/logs, not 'logs'"),
        ("s3://k:s3cret@logs", "must be a URL without credentials"),
        ("az://logs", "AZURE_STORAGE_ACCOUNT_NAME must name the storage account"),
    ],
)
def test_bad_input(url: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    assert main(["doctor", url]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert said in captured.err
    assert "s3cret" not in captured.err


def test_a_profile_that_is_not_there(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert main(["doctor", "s3://logs"]) == 2
    assert "there is no profile 'nobody' in ~/.aws" in capsys.readouterr().err
