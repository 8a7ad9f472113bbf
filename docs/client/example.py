"""Reads a series of the register and reports an observation, over the API.

Against the demonstration, `make demo`:  python docs/client/example.py
Against a register in production:        SAMVERKAN_TOKEN=… python docs/client/example.py --url https://… --source …

The token needs the scopes read and report. The same day's report under the same words is sent under the same
Idempotency-Key: to run this twice reports once.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from samverkan_client import Problem, Samverkan, ViewSeriesDataRow


def main() -> None:
    """Read, print, report, and say what became of it."""
    asked = arguments()
    with Samverkan(asked.url, os.environ.get("SAMVERKAN_TOKEN")) as samverkan:
        try:
            print_series(samverkan, asked)
            report(samverkan, asked)
        except Problem as problem:
            raise SystemExit(f"{problem.title}: {problem.detail}") from None


def arguments() -> Namespace:
    """What may be chosen; by default a series of the demonstration, and its last Tuesday."""
    parser = ArgumentParser(description="Reads a series and reports an observation.")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--source", default="polisens-utdrag")
    parser.add_argument("--district", default="centrum")
    parser.add_argument("--category", default="klotter")
    parser.add_argument("--periods", type=int, default=8)
    parser.add_argument("--report-to", default="est-rapporter", help="the source that the report goes into")
    parser.add_argument("--day", type=date.fromisoformat, default=date(2023, 2, 27))
    parser.add_argument("--text", default="Samma signatur på elva portar längs gågatan.")
    return parser.parse_args()


def print_series(samverkan: Samverkan, asked: Namespace) -> None:
    """The last periods, each with what was expected and whether it diverges."""
    rows = samverkan.view_series_data(source=asked.source, district=asked.district, category=asked.category)
    print(f"{asked.source}, {asked.district}, {asked.category}")
    print("period    count  expected  flag")
    for row in rows[-asked.periods :]:
        print(line(row))


def line(row: ViewSeriesDataRow) -> str:
    """A period on a line. What is not known is null, and is not nought."""
    count = "?" if row["count"] is None else row["count"]
    expected = "" if row["expected"] is None else f"{row['expected']:.1f}"
    return f"{row['period']:<9} {count:>5}  {expected:>8}  {row['flag'] or ''}".rstrip()


def report(samverkan: Samverkan, asked: Namespace) -> None:
    """An order disturbance; the answer says where it stands in the history."""
    key = str(uuid5(NAMESPACE_URL, f"{asked.url}/{asked.report_to}/{asked.day}/{asked.text}"))
    accepted = samverkan.observe(
        {
            "source": asked.report_to,
            "observation": f"exempel-{key[:8]}",
            "content": {
                "kind": "order disturbance",
                "district": asked.district,
                "category": asked.category,
                "occurred_on": asked.day.isoformat(),
                "reporter": "trygghetsvärd",
                "text": asked.text,
            },
        },
        idempotency_key=key,
    )
    again = " (reported before: the first answer)" if accepted["repeated"] else ""
    print(f"Report {accepted['key']} is event {accepted['last_gsn']}{again}.")


if __name__ == "__main__":
    main()
