"""A process that decides and logs until it is killed, and prints the id of each line that is safe.

python -m tests.records.logging_process FOLDER
"""

from __future__ import annotations

import sys
from itertools import count

import specdsl
from specdsl.records import open_log

SPEC = """\
authority owner
fact amount: int 0..
fact pin: text? secret
decision refund: pay > ask
rule large at owner when amount > 500 then refund is ask
"""


def main(folder: str) -> None:
    policy = specdsl.compile(specdsl.loads(SPEC))
    logged = policy.logged(open_log(folder, max_bytes=20_000, batch=50))
    waiting = []
    for amount in count():
        waiting.append(logged.decide_and_record({"amount": amount, "pin": "0420"}))
        if len(waiting) == 20:
            waiting[-1].receipt.wait()
            safe = [one.decision_id for one in waiting if one.receipt.acknowledged]
            print("\n".join(safe), flush=True)
            waiting.clear()


if __name__ == "__main__":
    main(sys.argv[1])
