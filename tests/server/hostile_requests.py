"""Requests that nobody means well with, for each route: parameters and bodies near what is right, and far from it."""

import json
from typing import Any, NamedTuple
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st


class Asked(NamedTuple):
    """What of a request is not its path."""

    query: bytes = b""
    body: bytes = b""
    method: str = "GET"
    headers: tuple[tuple[bytes, bytes], ...] = ()


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**400), 10**400),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(["t0", "r0", "r1", "step", "wall", "log", "linear", "ema", "mean"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)
_TAG = st.one_of(st.sampled_from(["t0", "t0", "t1", "t2", "v0"]), JSON)
_RUNS = st.one_of(
    st.sampled_from([["r0"], ["r0", "r1"], ["r0"] * 1000, []]),
    st.fixed_dictionaries({"matching": st.text(max_size=5)}, optional={"more": JSON}),
    JSON,
)
_RANGE = st.one_of(
    st.none(), st.tuples(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300)).map(lambda pair: sorted(pair)), JSON
)
_CHART = {
    "axis": st.one_of(st.sampled_from(["step", "wall", "relative", "tag"]), JSON),
    "x_tag": _TAG,
    "superseded": st.one_of(st.booleans(), JSON),
    "attempts": st.one_of(st.sampled_from(["all", "last"]), JSON),
    "scale": st.one_of(st.sampled_from(["linear", "log", "symlog"]), JSON),
    "range": _RANGE,
    "smoothing": st.one_of(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["ema", "time", "gaussian", "mean"]), "amount": st.floats(0, 2000)}
        ),
        JSON,
    ),
}
_PIXELS = st.one_of(st.integers(16, 16_384), st.integers(16, 200), JSON)
_KNOWN = st.fixed_dictionaries(
    {"axis": st.just("step"), "level": st.integers(), "origin": st.integers(), "revision": st.integers()}
)
SCALARS = st.fixed_dictionaries(
    {"tag": _TAG, "runs": _RUNS, "pixels": _PIXELS},
    optional={**_CHART, "details": st.one_of(st.booleans(), JSON), "known": st.one_of(_KNOWN, JSON), "more": JSON},
)
GROUPS = st.fixed_dictionaries(
    {"tag": _TAG, "groups": st.one_of(st.lists(_RUNS, max_size=3), JSON), "pixels": _PIXELS}, optional=_CHART
)
_NUMBER = st.one_of(st.integers(-2000, 2000), st.integers(-(2**60), 2**60), JSON)
EXTREMES = st.fixed_dictionaries(
    {"tag": _TAG, "runs": _RUNS},
    optional={
        **{name: _CHART[name] for name in ("axis", "x_tag", "superseded", "attempts", "range")},
        "bucket": st.one_of(
            st.fixed_dictionaries({"scale": _CHART["scale"], "level": _NUMBER, "number": _NUMBER}),
            st.fixed_dictionaries(
                {"scale": st.sampled_from(["linear", "log", "symlog"]), "level": _NUMBER, "number": _NUMBER}
            ),
            JSON,
        ),
        "near": st.one_of(st.floats(), JSON),
        "more": JSON,
    },
)
TRANSLATION = st.fixed_dictionaries(
    {"tag": _TAG, "runs": _RUNS, "from": _CHART["axis"], "to": _CHART["axis"], "range": _RANGE}, optional={"x": JSON}
)
_PLACE = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "axis": st.sampled_from(["step", "wall", "relative"]),
            "x": st.one_of(st.integers(-(2**70), 2**70), st.floats(), JSON),
        },
        optional={"more": JSON},
    ),
    JSON,
)
_MANY = {
    "tags": st.one_of(
        st.lists(st.sampled_from(["v0", "v0", "v1", "v2", "v3", "t0"]), max_size=4, unique=True),
        st.sampled_from([["v0"], ["v0"] * 1000]),
        JSON,
    ),
    "runs": st.one_of(st.sampled_from([["r0"], ["r0", "r1"]]), _RUNS),
}
_CURVES = st.fixed_dictionaries(_MANY, optional={"at": _PLACE, "more": JSON})
_VALUES = st.fixed_dictionaries(_MANY, optional={"at": _PLACE, "values": st.one_of(st.booleans(), JSON), "more": JSON})
_PICTURE = st.fixed_dictionaries(
    {
        "tag": st.sampled_from(["v0", "v0", "v1", "v2", "v3", "t0", "v99"]),
        "run": st.sampled_from(["r0", "r0", "r1", "r99"]),
    },
    optional={
        "index": st.sampled_from([0, 0, 1, 39, 2**53, 2**63]),
        "at": _PLACE,
        "part": st.sampled_from([0, 1, 2**70, True, -1]),
        "width": st.sampled_from([None, 16, 2048, 15, 0.5, 2**70]),
        "more": JSON,
    },
)
_PICTURES = st.fixed_dictionaries(
    {"pictures": st.one_of(st.lists(st.one_of(_PICTURE, _PICTURE, _PICTURE, JSON), max_size=4), JSON)},
    optional={"most_bytes": st.one_of(st.sampled_from([0, 1000, 2**30]), JSON), "more": JSON},
)
_SERIES = {
    "run": st.sampled_from(["r0", "r0", "r0", "r1", "r99"]),
    "prefix": st.one_of(st.sampled_from(["watch", "watch", "", "loss"]), JSON),
    "kind": st.one_of(st.sampled_from(["gradient", "gradient", "weight", "a"]), JSON),
}
_ROW = st.sampled_from([0, 0, 1, 2, 3, -1, 2**63, True, None])
_ROWS = st.one_of(
    st.lists(st.lists(_ROW, max_size=3), max_size=4), st.sampled_from([10, 200_000]).map(lambda n: [[0]] * n), JSON
)
_MAP = st.fixed_dictionaries(
    {
        **_SERIES,
        "statistic": st.sampled_from(["rms", "mean", "not_finite", "weight_ratio", "sum", 7]),
        "pixels": _PIXELS,
        "rows": _ROWS,
    },
    optional={
        "of": st.one_of(st.sampled_from(["worst", "mean"]), JSON),
        "against": st.one_of(st.sampled_from(["nothing", "median"]), JSON),
        "at": st.one_of(st.none(), st.floats(-1e300, 1e300), JSON),
        "range": _RANGE,
        "more": JSON,
    },
)
_CURVES_OF_ROW = st.fixed_dictionaries({**_SERIES, "row": _ROW, "pixels": _PIXELS}, optional={"range": _RANGE})
_CELL = st.fixed_dictionaries({**_SERIES, "rows": st.one_of(st.lists(_ROW, max_size=9), JSON), "range": _RANGE})
_BODIES = st.sampled_from(
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"charts": [' + b"{}," * 9000,
        b'{"charts": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"charts": [], "charts": []}',
        b" " * (1 << 20) + b"{}",
        b"1" * 10_000,
        b'{"charts": [' + b",".join([b'{"tag": "t0", "runs": ["r0"], "pixels": 16384}'] * 256) + b"]}",
        b'{"charts": [' + b",".join([b'{"tag": "t0", "runs": ["r0"], "pixels": 16}'] * 257) + b"]}",
    ]
)
_LARGE_BODIES = st.tuples(st.just(b" " * (1 << 20)), st.binary(min_size=1, max_size=3)).map(b"".join)


def posted(documents: st.SearchStrategy[Any]) -> st.SearchStrategy[Asked]:
    """A request with a body, which is mostly one of these documents."""
    bodies = documents.map(lambda document: json.dumps(document).encode())
    body = st.one_of(bodies, bodies, bodies, JSON.map(lambda document: json.dumps(document).encode()), _BODIES)
    return st.builds(
        Asked,
        query=st.one_of(st.just(b""), st.just(b""), st.just(b""), queries({})),
        body=st.one_of(body, body, body, st.binary(max_size=100), _LARGE_BODIES),
        method=st.just("POST"),
    )


def charts(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A request for charts."""
    return st.fixed_dictionaries({"charts": st.lists(one, max_size=3)})


_ODD = st.one_of(
    st.binary(max_size=20),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        [b"", b"-1", b"1e9", b"9" * 500, b"NaN", b"../../etc/passwd", b"\xff", b"x" * 20_000, "٣".encode()]
    ),
    st.integers(-(2**70), 2**70).map(lambda number: b"%d" % number),
)
_ENCODED = _ODD.map(lambda data: quote_from_bytes(data).encode())


def queries(near: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[bytes]:
    """Addresses' parameters: those that are known, mostly as they may be, with others, twice, or not at all."""
    pairs = [
        st.tuples(st.just(f"{name}=".encode()), st.one_of(*[values.map(str.encode)] * 5, _ENCODED)).map(b"".join)
        for name, values in near.items()
    ]
    odd = st.one_of(_ODD, st.tuples(_ENCODED, st.just(b"="), _ENCODED).map(b"".join), *pairs)
    right = st.tuples(*pairs).map(b"&".join)
    some = st.lists(odd, max_size=4).map(b"&".join)
    many = st.sampled_from([b"&" * 5000, b"a=1&" * 2000])
    return st.one_of(*[right] * 6, st.tuples(right, st.just(b"&"), some).map(b"".join), some, many)


def got(near: dict[str, st.SearchStrategy[str]] | None = None) -> st.SearchStrategy[Asked]:
    """A request without a body."""
    tags = st.sampled_from(['"*"', '""', 'W/"x"', "x" * 5000, "\xff", ","])
    headers = st.lists(st.tuples(st.just(b"if-none-match"), tags.map(lambda tag: tag.encode("latin-1"))), max_size=2)
    return st.builds(
        Asked,
        query=queries(near) if near else st.one_of(st.just(b""), st.just(b""), queries({})),
        method=st.sampled_from(["GET", "GET", "GET", "GET", "HEAD"]),
        headers=headers.map(tuple),
    )


_TAGS = st.sampled_from(["t0", "v0", "v0", "v1", "v2", "v3", "v99"])
_ONE_RUN = st.sampled_from(["r0", "r0", "r0", "r1", "r99"])
_FEW = st.sampled_from(["0", "0", "0", "1", "2", "39"])
#: GRAPH stands for the digest of the first graph.
_GRAPH = {
    "run": st.sampled_from(["r0", "r0", "r0", "r1", "r99"]),
    "graph": st.sampled_from(["GRAPH", "GRAPH", "GRAPH", "0", ""]),
    "phase": st.sampled_from(["forward", "forward", "backward", "both", "up"]),
}
_QUERIES = st.one_of(
    st.text(max_size=30).map(lambda text: quote_from_bytes(text.encode("utf-8", "surrogatepass"))),
    st.sampled_from(
        [
            "a",
            "shape:[*,...]",
            "macs%3E1",
            "bytes%3C1e400",
            "dtype:float",
            "source:x",
            "kind:op",
            "op:",
            "%22",
            "x" * 2000,
        ]
    ),
)

#: By the path of the route; a route that is not here fails a test.
REQUESTS: dict[str, st.SearchStrategy[Asked]] = {
    "/api/catalogue": st.one_of(got(), got({"runs": _ONE_RUN, "tags": st.sampled_from(["loss", "a b"])})),
    "/api/scalars": posted(charts(SCALARS)),
    "/api/groups": posted(charts(GROUPS)),
    "/api/extremes": posted(charts(EXTREMES)),
    "/api/translate": posted(TRANSLATION),
    "/api/runs": st.one_of(
        got(),
        got({"tags": st.sampled_from(["", "t0", "t0,t0,,", "t0,v0", "t99"])}),
        got({"attempts": st.sampled_from(["all", "last", "", "first"])}),
    ),
    "/api/series": got(
        {
            "tag": st.sampled_from(["t0", "t0", "t1", "v0"]),
            "runs": st.sampled_from(["r0", "r0,r1", ",,", "r0," * 5000]),
            "format": st.sampled_from(["csv", "json"]),
            "superseded": st.sampled_from(["true", "false"]),
            "attempts": st.sampled_from(["all", "last"]),
        }
    ),
    "/api/kinds": got(),
    "/api/steps": posted(st.fixed_dictionaries({"runs": _RUNS}, optional={"more": JSON})),
    "/api/wanted": posted(st.fixed_dictionaries({"runs": _RUNS}, optional={"more": JSON})),
    "/api/values": st.one_of(got({"tag": _TAGS, "run": _ONE_RUN}), posted(_VALUES)),
    "/api/value": st.one_of(
        got({"tag": _TAGS, "run": _ONE_RUN, "index": _FEW}),
        got({"tag": _TAGS, "run": _ONE_RUN, "index": _FEW, "format": st.sampled_from(["json", "media", "raw"])}),
        got(
            {
                "tag": _TAGS,
                "run": _ONE_RUN,
                "index": _FEW,
                "part": _FEW,
                "format": st.just("media"),
                "width": st.sampled_from(["16", "2048", "15"]),
            }
        ),
    ),
    "/api/pictures": posted(_PICTURES),
    "/api/histograms": st.one_of(
        got({"tag": _TAGS, "run": _ONE_RUN}),
        got({"tag": _TAGS, "run": _ONE_RUN, "most": st.just("2")}),
        got({"tag": _TAGS, "run": _ONE_RUN, "bins": st.sampled_from(["8", "4096", "7"]), "from": _FEW}),
    ),
    "/api/pr_curves": st.one_of(
        got({"tag": _TAGS, "run": _ONE_RUN}),
        got({"tag": _TAGS, "run": _ONE_RUN, "most": st.sampled_from(["2", "1"]), "from": _FEW}),
        got({"tag": _TAGS, "run": _ONE_RUN, "curves": st.sampled_from(["true", "false", "1"])}),
        posted(_CURVES),
    ),
    "/api/layers": got({"run": _ONE_RUN}),
    "/api/layers/map": posted(_MAP),
    "/api/layers/row": posted(_CURVES_OF_ROW),
    "/api/layers/cell": posted(_CELL),
    "/api/files": got(),
    "/api/findings": got({"since": _FEW, "wait": st.sampled_from(["0", "0", "1"])}),
    #: FILE stands for the id of the first file.
    "/api/file": got({"id": st.sampled_from(["FILE", "FILE", "r0.", "r0.000000000000", "."])}),
    "/api/layouts": got(),
    "/api/descriptions": got(),
    "/api/models": got(),
    "/api/model": st.one_of(got(_GRAPH), got(_GRAPH | {"measured": _FEW})),
    "/api/model/part": got(_GRAPH | {"group": _FEW, "fold": st.sampled_from(["true", "false", "1"])}),
    "/api/model/details": st.one_of(got(_GRAPH | {"group": _FEW}), got(_GRAPH | {"node": _FEW})),
    "/api/model/search": got(_GRAPH | {"query": _QUERIES}),
    "/api/model/reach": st.one_of(
        got(_GRAPH | {"group": _FEW, "direction": st.sampled_from(["inputs", "outputs", "both", "up"])}),
        got(_GRAPH | {"node": _FEW}),
    ),
    "/api/live": got(),
    "/": got(),
    "/{name:path}": got(),
}
