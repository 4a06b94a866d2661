# SPDX-License-Identifier: MIT
"""Measures the pool: the table of what speed has to be, and notes below it; what other pools cost,
what becomes of one when a worker is killed, its memory, inputs, outputs, what is left of jobs, and
records of them.

bench.py PROGRAMS RESULTS: PROGRAMS is the folder of the programs that are built for it, RESULTS the
JSON file to write. APOOL_PROGRAM names apool. Each part is a module, which says what it measures
and how.
"""

import argparse
import json
import os
import signal
import sys
import tempfile

import costs
import idle
import inputs
import losses
import memory
import notes
import orphans
import outputs
import records
import simulated
import table
import works
from contest import AT_ONCE
from measure import Failure, make_environment

QUICK_SCALE = 0.01
USUAL_PARTS = ("table", "notes")


# Rows of the table.
ROWS = {
    "jobs": works.measure_jobs,
    "loads": works.measure_loads,
    "pool": simulated.measure_all,
    "idle": idle.measure_all,
}


def measure_table(options, folder, environment):
    """Prints and returns the rows of the table."""
    table.print_heading()
    rows = []
    for name in options.rows or ROWS:
        for row in ROWS[name](options, folder, environment):
            table.print_row(row)
            rows.append(row)
    return rows


PARTS = {
    "table": measure_table,
    "notes": notes.measure_all,
    "workers": lambda options, *place: costs.compare_sizes(options.bare_loop, options, *place),
    "recycling": costs.compare_lives,
    "kill": lambda options, *place: losses.measure_kills(options.kills, *place),
    "memory": lambda options, *place: memory.measure_all(options.scale, *place),
    "inputs": inputs.measure_all,
    "outputs": outputs.measure_all,
    "orphans": lambda options, *place: orphans.measure_all(*place),
    "records": records.measure_all,
}


def run_all(options):
    if "APOOL_PROGRAM" not in os.environ:
        raise Failure("APOOL_PROGRAM is not set")
    environment = make_environment()
    print(f"{AT_ONCE} at once, {options.rounds} rounds, {os.cpu_count()} cores")
    results = {"at_once": AT_ONCE, "cores": os.cpu_count()}
    for part in PARTS if options.all else options.part or USUAL_PARTS:
        with tempfile.TemporaryDirectory(prefix="apool-bench-") as folder:
            results[part] = PARTS[part](options, folder, environment)
    return results


def parse_options():
    parser = argparse.ArgumentParser(description="Measures apool, beside other tools too.")
    parser.add_argument("programs")
    parser.add_argument("results")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--scale", type=float, default=1.0, help="times as many jobs")
    parser.add_argument("--large-mib", type=int, help="MiB that each of the large jobs writes")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this, and others so")
    parser.add_argument("--all", action="store_true", help="all parts")
    parser.add_argument("--rows", action="append", choices=ROWS,
                        help="only these rows of the table, and others so")
    parser.add_argument("--quick", action="store_true",
                        help="only check that table and notes can be made")
    options = parser.parse_args()
    for name in ("bare-loop", "render", "simulate"):
        setattr(options, name.replace("-", "_"), os.path.join(options.programs, name))
    options.real_exe = os.path.join(options.programs, "real-exe.so")
    if options.quick:
        options.rounds, options.scale = 1, QUICK_SCALE
        options.part, options.rows = USUAL_PARTS, None
    return options


def main():
    options = parse_options()
    # Its files are large: they are not to be left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        results = run_all(options)
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    with open(options.results, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=2)
        file.write("\n")
    print(f"written: {options.results}")
    faults = table.find_faults(results["table"]) if options.quick else []
    for fault in faults:
        print(f"bench: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
