"""``cutaway doctor s3://BUCKET/PREFIX``: can a log in an object store be read, and which rights does that need?"""

import argparse
import json
from typing import TYPE_CHECKING

from cutaway.cli.errors import UsageError

if TYPE_CHECKING:
    from cutaway.store.places.object_url import ObjectUrl
    from cutaway.store.places.place import Place


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway doctor``."""
    parser.add_argument("url", metavar="URL", help="a log in an object store: s3://BUCKET/PREFIX, gs://…, az://…")


def run(arguments: argparse.Namespace) -> int:
    """List and read, say a line of each, and print the smallest policy that allows both; 1 if either fails."""
    from cutaway.store.neutral_text import for_terminal
    from cutaway.store.places.chosen import place_at
    from cutaway.store.places.object_url import is_object_url, object_url

    if not is_object_url(arguments.url):
        raise UsageError(f"a URL of an object store is expected, as s3://bucket/logs, not {arguments.url!r}")
    try:
        url = object_url(arguments.url, "the log directory")
        place = place_at(arguments.url)
    except ValueError as error:
        raise UsageError(str(error)) from None
    # Not before the library is known to be there.
    from cutaway.store.places.credentials import told

    print(for_terminal(f"credentials  {told(url)}"))
    is_well = all([_check_list(place), _check_read(place)])
    print(f"\n{_policy(url)}")
    return 0 if is_well else 1


def _check_list(place: "Place") -> bool:
    from cutaway.store.neutral_text import for_terminal

    found = place.find()
    files = sum(map(len, found.files.values()))
    if found.unreadable:
        print(for_terminal(f"list         fails: {found.detail}"))
    elif not files:
        print(for_terminal(f"list         works, but there are no event files below {place.name}"))
    else:
        print(f"list         works: {files:,} event file{'' if files == 1 else 's'} in {_runs(len(found.files))}")
    return not found.unreadable


def _runs(count: int) -> str:
    return f"{count:,} run{'' if count == 1 else 's'}"


def _check_read(place: "Place") -> bool:
    """Read the first byte of an event file; where there is none, nothing is said."""
    from cutaway.store.neutral_text import for_terminal
    from cutaway.store.places.reason import reason

    paths = [path for each in place.find().files.values() for path in each]
    if not paths:
        return True
    try:
        with place.open(max(paths, key=lambda path: place.stat(path).modified)) as file:
            file.read_at(0, memoryview(bytearray(1)))
    except OSError as error:
        print(for_terminal(f"read         fails: {reason(error)}"))
        return False
    print("read         works")
    return True


def _policy(url: "ObjectUrl") -> str:
    if url.scheme == "gs":
        return (
            "Reading needs the permissions storage.objects.list and storage.objects.get; the role\n"
            "roles/storage.objectViewer has both and no right to write:\n\n"
            f"gcloud storage buckets add-iam-policy-binding gs://{url.bucket} "
            "--member=WHO --role=roles/storage.objectViewer"
        )
    if url.scheme == "az":
        return (
            "Reading needs the role Storage Blob Data Reader on the container, which has no right to write:\n\n"
            'az role assignment create --assignee WHO --role "Storage Blob Data Reader" --scope \\\n'
            "  /subscriptions/…/resourceGroups/…/providers/Microsoft.Storage/storageAccounts/…"
            f"/blobServices/default/containers/{url.bucket}"
        )
    bucket = f"arn:aws:s3:::{url.bucket}"
    listing: dict[str, object] = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket}
    if url.prefix:
        listing["Condition"] = {"StringLike": {"s3:prefix": f"{url.prefix}/*"}}
    keys = f"{bucket}/{url.prefix}/*" if url.prefix else f"{bucket}/*"
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": keys}
    policy = {"Version": "2012-10-17", "Statement": [listing, reading]}
    return f"The smallest policy that reading needs, without any right to write:\n\n{json.dumps(policy, indent=2)}"
