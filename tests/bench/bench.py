# SPDX-License-Identifier: MIT
"""Measures the pool: its costs, what becomes of it when a worker is killed, its memory, inputs,
outputs, what is left of jobs, and records of them.

bench.py BARE-LOOP RENDER RESULTS: BARE-LOOP is the reference program, RENDER the one that renders
templates, RESULTS the JSON file to write.
APOOL_PROGRAM names apool. Each part is a module, which says what it measures and how.
"""

import argparse
import json
import os
import sys
import tempfile

import costs
import inputs
import losses
import memory
import orphans
import outputs
import records
from measure import Failure, make_environment

PARTS = ("tools", "workers", "recycling", "kill", "memory", "inputs", "outputs", "orphans",
         "records")


def run_part(part, options, folder, environment):
    if part == "tools":
        return costs.compare_tools(options.bare_loop, options, folder, environment)
    if part == "workers":
        return costs.compare_sizes(options.bare_loop, options, folder, environment)
    if part == "recycling":
        return costs.compare_lives(options, folder, environment)
    if part == "kill":
        return losses.measure_kills(options.kills, folder, environment)
    if part == "memory":
        return memory.measure_all(options.scale, folder, environment)
    if part == "orphans":
        return orphans.measure_all(folder, environment)
    if part == "records":
        return records.measure_all(options, folder, environment)
    if part == "outputs":
        return outputs.measure_all(options, folder, environment)
    return inputs.measure_all(options, folder, environment)


def run_all(options):
    if "APOOL_PROGRAM" not in os.environ:
        raise Failure("APOOL_PROGRAM is not set")
    environment = make_environment()
    print(f"{costs.AT_ONCE} at once, {options.rounds} rounds, {os.cpu_count()} cores")
    results = {"at_once": costs.AT_ONCE, "cores": os.cpu_count()}
    for part in options.part or PARTS:
        with tempfile.TemporaryDirectory(prefix="apool-bench-") as folder:
            results[part] = run_part(part, options, folder, environment)
    return results


def parse_options():
    parser = argparse.ArgumentParser(description="Measures apool, beside other tools too.")
    parser.add_argument("bare_loop")
    parser.add_argument("render")
    parser.add_argument("results")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--scale", type=float, default=1.0, help="times as many jobs")
    parser.add_argument("--large-mib", type=int, help="MiB that each of the large jobs writes")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this, and others so")
    return parser.parse_args()


def main():
    options = parse_options()
    try:
        results = run_all(options)
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    with open(options.results, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=2)
        file.write("\n")
    print(f"written: {options.results}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
