# SPDX-License-Identifier: MIT
"""Breaks runs that keep a journal or a joblog, resumes them, and looks whether anything was lost or
done twice.

crash.py JOB BREAKER: JOB is the program that the jobs are, BREAKER the library that has writes go
wrong. APOOL_PROGRAM names apool. All that is drawn follows from the seed, which is printed; when
things happen to each other does not, so the same seed may take another course.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter

import joblog_runs
import journal_runs
from runs import Failure

SKIPPED = 77  # as meson understands it

# Of each so many runs one has a joblog.
JOBLOG_EVERY = 3


class Totals:
    """What has happened in all runs."""

    def __init__(self):
        self.breaks = Counter()
        self.n_scenarios = 0
        self.n_jobs = 0
        self.n_rounds = 0
        self.n_again = 0
        self.n_ends = 0
        self.most_flying = (0, 0)
        self.longest_quiet = 0.0

    def count_break(self, kind):
        self.breaks[kind] += 1

    def count_ends(self, n_ends):
        self.n_ends += n_ends

    def count_scenario(self, scenario):
        self.n_scenarios += 1
        self.n_jobs += scenario.n_jobs
        self.n_rounds += scenario.n_rounds
        self.n_again += scenario.count_again()

    def see_flight(self, n_flying, at_once):
        self.most_flying = max(self.most_flying, (n_flying, at_once))

    def see_quiet(self, seconds):
        self.longest_quiet = max(self.longest_quiet, seconds)

    def tell(self):
        kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(self.breaks.items()))
        print(f"{sum(self.breaks.values())} breaks ({kinds})")
        print(f"{self.n_scenarios} runs of {self.n_jobs} jobs in {self.n_rounds} rounds:"
              f" {self.n_ends} ends recorded, {self.n_again} jobs started again")
        print(f"most that had to run again after a kill: {self.most_flying[0]}"
              f" (of -j{self.most_flying[1]});"
              f" longest until all processes were gone: {self.longest_quiet:.2f} s", flush=True)


def read_number(name, default):
    return int(os.environ.get(name) or default)


def parse_options():
    parser = argparse.ArgumentParser(description="Breaks runs and resumes them.")
    parser.add_argument("job", type=os.path.abspath)  # jobs run in a folder of their own
    parser.add_argument("breaker", type=os.path.abspath)
    parser.add_argument("--seed", type=int, default=read_number("APOOL_CRASH_SEED", 1))
    parser.add_argument("--kills", type=int, default=read_number("APOOL_CRASH_KILLS", 30))
    parser.add_argument("--jobs", type=int, default=read_number("APOOL_CRASH_JOBS", 1000))
    parser.add_argument("--kind", action="append", help="only this way, and others so",
                        choices=[*journal_runs.KINDS, "joblog"])
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    options.apool = os.path.abspath(os.environ["APOOL_PROGRAM"])
    options.totals = Totals()
    options.tell = lambda text: print(text, flush=True) if options.verbose else None
    return options


def make_environment():
    environment = dict(os.environ)
    for name in ("APOOL", "PARALLEL", "BASH_ENV", "ENV", "MALLOC_PERTURB_"):
        environment.pop(name, None)
    for name in ("SHELL", "APOOL_SHELL", "PARALLEL_SHELL"):
        environment[name] = "/bin/sh"
    # A preloaded library comes before that of the sanitizer, which does not like it. It looks for
    # leaks at the end of a process, and hangs for ever where the manager of a worker was killed.
    asan = environment.get("ASAN_OPTIONS", "")
    environment["ASAN_OPTIONS"] = f"{asan}:verify_asan_link_order=0:detect_leaks=0".lstrip(":")
    return environment


def knows(options, name):
    """Says whether apool has an option."""
    done = subprocess.run([options.apool, "--help=all"], check=True, capture_output=True, text=True)
    return re.search(rf"^ *(-., )?{name}\b", done.stdout, re.MULTILINE) is not None


def make_scenario(number, dice, options, folder):
    has_journal = options.has_journal and (not options.kind or options.kind != ["joblog"])
    has_joblog = options.has_joblog and (not options.kind or "joblog" in options.kind)
    if has_joblog and (not has_journal or number % JOBLOG_EVERY == 1):
        return joblog_runs.JoblogScenario(number, dice, options, folder)
    if not has_journal:
        raise Failure("apool has no journal")
    return journal_runs.JournalScenario(number, dice, options, folder)


def draw_kinds(scenario, dice, options):
    if isinstance(scenario, joblog_runs.JoblogScenario):
        while True:
            yield dice.choice(joblog_runs.KINDS)
    kinds = {kind: weight for kind, weight in journal_runs.KINDS.items()
             if not options.kind or kind in options.kind}
    while True:
        yield dice.choices(list(kinds), list(kinds.values()))[0]


def take_kinds(scenario, dice, options):
    """Yields ways to break a run until it was broken often enough."""
    for kind in draw_kinds(scenario, dice, options):
        if sum(options.totals.breaks.values()) >= options.kills:
            return
        yield kind


def run_scenario(number, options):
    dice = random.Random(f"{options.seed}/{number}")
    folder = tempfile.mkdtemp(prefix="apool-crash-")
    scenario = make_scenario(number, dice, options, folder)
    print(f"{number}: {scenario.describe()}", flush=True)
    try:
        scenario.go_through(take_kinds(scenario, dice, options))
    except Failure as failure:
        raise Failure(f"seed {options.seed}, run {number}, round {scenario.n_rounds}: {failure}"
                      f" (left in {folder})") from failure
    finally:
        scenario.close()
    options.totals.count_scenario(scenario)
    shutil.rmtree(folder)


def main():
    options = parse_options()
    options.environment = make_environment()
    options.has_status = knows(options, "--status")
    options.has_journal = knows(options, "--journal")
    options.has_joblog = knows(options, "--resume")
    if not options.has_journal and not options.has_joblog:
        print("apool keeps no records")
        return SKIPPED
    begin = time.monotonic()
    print(f"seed {options.seed}, {options.kills} breaks, {options.jobs} jobs a run", flush=True)
    number = 0
    try:
        while sum(options.totals.breaks.values()) < options.kills:
            run_scenario(number, options)
            number += 1
    except Failure as failure:
        print(f"crash: {failure}", file=sys.stderr)
        return 1
    finally:
        options.totals.tell()
        print(f"{time.monotonic() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
