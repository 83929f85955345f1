"""The Parquet files of a compacted directory: their names, columns and encodings.

``docs/compaction.md`` describes them for readers of other kinds.
"""

from typing import Any

from cutaway.store.index_format import VERSION as STATE_VERSION

#: Shards of another version are not read, and are made again.
VERSION = f"5.{STATE_VERSION}"

MANIFESTS = "manifests/"
SHARDS = "shards/"
POINTS, ENDS, SERIES, FILES = "points.parquet", "ends.parquet", "series.parquet", "files.parquet"

#: The widths of buckets, in steps, are NARROWEST · 4^k.
NARROWEST = 16
#: From this width on the wall times of the first and the last points of buckets are in a file of their own: most charts
#: are by step. Of narrower ones they would take too much room.
WITH_TIMES = 64
#: So many points at the begin of a chunk and at its end are in a file of their own: a chart sends the points of a
#: bucket that has few, as the first and the last one may.
END_POINTS = 4
#: What the footers of the other files are called in the metadata of `series.parquet`, which is read first.
FOOTER = "cutaway footer "
#: A chunk of points is in one piece of even steps or not, and has buckets of its own.
LARGEST_CHUNK = 1 << 16
#: A chunk of up to so many points is drawn as it was read, together with those of other lines. Others are packed, one
#: after the other.
MOST_PLAIN = 1024
#: Rows of a row group at most. It ends with a tag once it has half of them.
POINT_ROWS, BUCKET_ROWS = 1 << 16, 1 << 13

_DELTA, _SPLIT = "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"


#: The columns of the facts of a chunk (`ChunkFacts`). None is null or bool, which Arrow takes a fifth of a second to
#: get ready for: `is_even` is 1 where `stride` is anything, else 0.
CHUNK_FACTS = {
    "points": "int64", "first_step": "int64", "last_step": "int64", "first_wall_time": "int64",
    "last_wall_time": "int64", "stride": "int64", "is_even": "int8", "last": "float64",
    "finest": "int64",
}  # fmt: skip


def buckets_name(width: int) -> str:
    """The file with buckets of a width in steps."""
    return f"buckets-{width}.parquet"


def times_name(width: int) -> str:
    """The file with the wall times of these."""
    return f"times-{width}.parquet"


def widths(finest: int, coarsest: int) -> list[int]:
    """From one width to another one, both included."""
    found = [finest]
    while found[-1] < coarsest:
        found.append(found[-1] * 4)
    return found


def points_schema(*, with_position: bool = False) -> Any:
    """A row a point, sorted by series, in the order in which the points of a series were recorded; with its place among
    those where not all are there."""
    import pyarrow as pa

    fields = [
        ("series", pa.int32()),
        ("position", pa.int64()),
        ("step", pa.int64()),
        ("wall_time_bits", pa.int64()),
        ("value", pa.float32()),
        ("value_float64", pa.float64()),
        ("value_int64", pa.int64()),
    ]
    return pa.schema([field for field in fields if with_position or field[0] != "position"])


def buckets_schema() -> Any:
    """A row a bucket, sorted by series, in the order of their points."""
    import pyarrow as pa

    narrow, wide = pa.float32(), pa.float64()
    return pa.schema([
        ("series", pa.int32()), ("chunk", pa.int32()), ("bucket", pa.int64()), ("position", pa.int64()),
        ("count", pa.int32()), ("nan", pa.int32()), ("pos_inf", pa.int32()), ("neg_inf", pa.int32()),
        ("mean", wide), ("min", narrow), ("max", narrow), ("min_float64", wide), ("max_float64", wide),
        ("first_step", pa.int64()), ("last_step", pa.int64()),
        ("first", narrow), ("last", narrow), ("first_float64", wide), ("last_float64", wide),
    ])  # fmt: skip


def series_schema() -> Any:
    """A row a series, in the order of tags, runs and files."""
    import pyarrow as pa

    text, integer, real = pa.string(), pa.int64(), pa.float64()
    chunk = pa.struct([(name, pa.type_for_alias(dtype)) for name, dtype in CHUNK_FACTS.items()])
    return pa.schema([
        ("series", pa.int32()), ("tag", text), ("run", text), ("file", text), ("points", integer),
        ("lowest_step", integer), ("highest_step", integer), ("last_step", integer),
        ("lowest", real), ("highest", real), ("last", real), ("not_finite", pa.bool_()),
        ("number", pa.int32()), ("dtype", text), ("goes_back", pa.bool_()),
        ("coarsest", integer), ("chunks", pa.list_(chunk)), ("state", text), ("waits", text),
    ])  # fmt: skip


def files_schema() -> Any:
    """A row an event file."""
    import pyarrow as pa

    text, integer, real = pa.string(), pa.int64(), pa.float64()
    return pa.schema([
        ("run", text), ("file", text), ("bytes", integer), ("status", text), ("plain", pa.int8()),
        ("points", integer), ("highest_step", integer), ("begins", real), ("first_point", real), ("last_point", real),
        ("state", pa.binary()),
    ])  # fmt: skip


def times_schema() -> Any:
    """The same rows, in the same row groups."""
    import pyarrow as pa

    names = ("first_wall_time_bits", "last_wall_time_bits")
    return pa.schema([("series", pa.int32()), *((name, pa.int64()) for name in names)])


def writer_options(schema: Any) -> dict[str, Any]:
    """How rows of a schema that are sorted by series are written."""
    import pyarrow as pa

    encodings = {field.name: _SPLIT if pa.types.is_floating(field.type) else _DELTA for field in schema}
    return {
        "compression": "zstd",
        # Dictionaries of numbers that are nearly all different only take room.
        "use_dictionary": False,
        "column_encoding": encodings,
        "write_statistics": ["series"],
        "write_page_checksum": True,
    }
