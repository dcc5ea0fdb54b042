"""How a peer is asked: a line of JSON in, a line of JSON out.

A request names a case, by what a peer needs to make it, and says how long a
repeat lasts at least:

    {"case": {"op": "linear", "form": "TQ2_0", "outputs": 2560, "inputs": 2560,
              "rows": 1, "cold": true}, "at_least": 0.1}

The answer is {"seconds": …}, the mean of the calls of one repeat, or
{"unsupported": reason}, or {"error": reason}. A case is made, checked against
NumPy and called once before it is timed for the first time, and kept until
{"forget": true}.
"""

import json
import os
import sys
import time
import traceback


class Unsupported(Exception):
    """What a peer has no kernel for."""


class Prepare:
    """Makes of a case a function that computes it, and the number of calls for which
    one run of it stands: by `linear` and `sequence`, of whoever inherits this."""

    def __init__(self):
        self.forget()

    def forget(self):
        # Matrices, which cases of different rows share.
        self.weights = {}
        # Ops whose results are NumPy's.
        self.checked = set()

    def __call__(self, case):
        return self.linear(case) if case["op"] == "linear" else self.sequence(case)


def serve(prepare):
    """Answers requests until the input ends."""
    # What libraries print is not an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    cases = {}
    for line in sys.stdin:
        request = json.loads(line)
        if request.get("forget"):
            cases.clear()
            prepare.forget()
            answer = {}
        else:
            answer = answer_to(request, cases, prepare)
        print(json.dumps(answer), file=answers, flush=True)


def answer_to(request, cases, prepare):
    key = json.dumps(request["case"], sort_keys=True)
    try:
        if key not in cases:
            run, calls = prepare(request["case"])
            run()
            cases[key] = run, calls
        return {"seconds": repeat(*cases[key], request["at_least"])}
    except Unsupported as reason:
        return {"unsupported": str(reason)}
    except Exception:
        return {"error": traceback.format_exc()}


def repeat(run, calls, at_least):
    """The seconds of a call, the mean of as many as take that long together."""
    runs = 0
    start = time.perf_counter()
    while True:
        run()
        runs += 1
        passed = time.perf_counter() - start
        if passed >= at_least:
            return passed / (runs * calls)
