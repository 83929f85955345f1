"""``GET ./api/findings``: what went wrong in the runs, a sentence each."""

from functools import lru_cache
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.context import Context
from cutaway.server.queries import number
from cutaway.server.responses import as_json, json_body, json_response
from cutaway.server.routing import Asked, get
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.log_findings import LogFindings
from cutaway.store.rules.run_judge import RULES, with_settings
from cutaway.store.rules.settings import RuleSettings

#: Seconds that a request may ask to wait for runs that are still being judged.
MOST_SECONDS = 30
#: Of one run, the worst; and of one finding, those that were wrong first.
MOST_FINDINGS, MOST_ROWS = 500, 100


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    log = LogFindings(context.log)
    encoded = lru_cache(4096)(_run)

    def answer(asked: Asked) -> Response:
        since = number(asked, "since", 0, 2**30, "0")
        found = log.ask(float(number(asked, "wait", 0, MOST_SECONDS, "0")))
        # A run that is as it was is not encoded again, and one that the client has is not sent.
        runs = [encoded(each.run, each.change, each.findings) for each in found.runs if each.change > since]
        known, unread = json_body([each.run for each in found.runs]), json_body(found.unread)
        complete = b"true" if found.complete else b"false"
        return json_response(
            b'{"change":%d,"complete":%s,"known":%s,"unread":%s,"rules":%s,"runs":[%s]}'
            % (found.change, complete, known, unread, rules, b",".join(runs))
        )

    settings = RuleSettings()
    rules = json_body(
        [
            {
                "name": about.name,
                "title": about.title,
                "meaning": about.meaning,
                "formula": with_settings(about.formula, settings),
                "statistic": about.statistic,
            }
            for about in RULES
        ]
    )
    return [get("/api/findings", answer, (), ("since", "wait"))]


def _run(run: str, change: int, findings: tuple[Finding, ...]) -> bytes:
    shown = [_finding(finding) for finding in findings[:MOST_FINDINGS]]
    return json_body({"run": run, "change": change, "left_out": len(findings) - len(shown), "findings": shown})


def _finding(finding: Finding) -> dict[str, Any]:
    rows = finding.rows[:MOST_ROWS]
    return {**as_json(finding), "rows": rows, "row_count": len(finding.rows)}
