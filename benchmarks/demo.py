"""Seconds from launch to the red banner, in the window.

``python -m benchmarks.demo [--quick] [--json]``: starts the window off screen in a process of
its own with ``--demo``, waits until its Recovery view says that clients lost updates, and
ends it.  Keys: ``seconds`` (median), ``runs``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

LIMIT = 60.0
SAID = "lost updates"


def one_run() -> float:
    """Seconds from the start of the process to the banner."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "XDG_DATA_HOME": home}
        env.setdefault("QT_QPA_PLATFORM", "offscreen")
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "workbench", "window", "--demo", "--say-verdict"],
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if SAID in line:
                    return time.monotonic() - began
                if time.monotonic() - began > LIMIT:
                    break
        finally:
            process.terminate()
            process.wait(20)
    raise SystemExit("the banner did not come")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two runs")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    runs = [one_run() for _ in range(2 if options.quick else 5)]
    median = statistics.median(runs)
    if options.json:
        print(json.dumps({"seconds": round(median, 2), "runs": [round(r, 2) for r in runs]}))
    else:
        print(f"launch to the red banner: {median:.2f} s ({min(runs):.2f} to {max(runs):.2f})")


if __name__ == "__main__":
    main()
