"""Credentials from the files of AWS' tools, as far as they can be read without boto3."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cutaway.store.places.aws_profile import chosen_profile
from cutaway.store.places.object_errors import CredentialsError

CONFIG = """
[default]
region = eu-west-1
[profile team]
region = eu-north-1
endpoint_url = https://s3.example.org
[profile program]
credential_process = {python} {folder}/program.py
[profile broken]
credential_process = {python} -c "print('s3cret'); raise SystemExit(1)"
[profile signs-in]
sso_session = company
"""
PROGRAM = """
import json
print(json.dumps({"AccessKeyId": "p", "SecretAccessKey": "q", "Expiration": "2026-01-01T00:00:00Z"}))
"""
CREDENTIALS = """
[default]
aws_access_key_id = a
aws_secret_access_key = b
[team]
aws_access_key_id = c
aws_secret_access_key = d
aws_session_token = e
"""


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text(CONFIG.format(python=sys.executable, folder=tmp_path))
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "credentials").write_text(CREDENTIALS)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    # With boto3 it reads them.
    monkeypatch.setitem(sys.modules, "boto3", None)
    return tmp_path


def test_keys_of_a_profile(monkeypatch: pytest.MonkeyPatch, files: Path) -> None:
    profile = chosen_profile()
    assert profile is not None
    assert (profile.name, profile.region) == ("default", "eu-west-1")
    found = profile.provider()()
    assert (found["access_key_id"], found["secret_access_key"], found["token"]) == ("a", "b", None)
    assert found["expires_at"] > datetime.now(UTC) + timedelta(minutes=5)
    monkeypatch.setenv("AWS_PROFILE", "team")
    profile = chosen_profile()
    assert profile is not None
    assert (profile.region, profile.settings["endpoint_url"]) == ("eu-north-1", "https://s3.example.org")
    provider = profile.provider()
    assert provider()["token"] == "e"
    # Written anew by a tool that signs in.
    (files / "credentials").write_text(CREDENTIALS.replace("= e", "= f"))
    assert provider()["token"] == "f"


def test_keys_of_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "program")
    profile = chosen_profile()
    assert profile is not None
    found = profile.provider()()
    assert (found["access_key_id"], found["secret_access_key"]) == ("p", "q")
    assert found["expires_at"] == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("broken", "the program that gives the credentials of profile 'broken' failed"),
        ("signs-in", "signs in by other means than keys: pip install boto3"),
    ],
)
def test_what_cannot_be_had_is_said(monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    monkeypatch.setenv("AWS_PROFILE", name)
    profile = chosen_profile()
    assert profile is not None
    with pytest.raises(CredentialsError, match=said) as caught:
        profile.provider()()
    assert "s3cret" not in str(caught.value)


def test_which_profile(monkeypatch: pytest.MonkeyPatch, files: Path) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    assert chosen_profile() is None
    # One that is named is meant.
    monkeypatch.setenv("AWS_PROFILE", "team")
    assert chosen_profile() is not None
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(CredentialsError, match=r"there is no profile 'nobody' in ~/\.aws"):
        chosen_profile()
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    for name in ("config", "credentials"):
        (files / name).unlink()
    assert chosen_profile() is None
    (files / "config").write_text("no section = 1")
    with pytest.raises(CredentialsError, match="config cannot be read"):
        chosen_profile()
