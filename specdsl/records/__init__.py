"""Decision logs: every decision of a policy as one JSON line, written safely and read back.

policy = specdsl.compile(spec).logged("decisions/")
policy.decide(facts)
for record in specdsl.records.read("decisions/"):
    print(record["result"])
"""

from __future__ import annotations

from specdsl.records.logged_policy import LoggedPolicy
from specdsl.records.read_records import UnreadLine, read
from specdsl.records.record_sink import BatchWriter, Receipt, RecordSink, open_log
from specdsl.records.recorded_call import RecordedDecision

__all__ = [
    "BatchWriter",
    "LoggedPolicy",
    "Receipt",
    "RecordSink",
    "RecordedDecision",
    "UnreadLine",
    "open_log",
    "read",
]
