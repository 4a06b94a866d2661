# SPDX-License-Identifier: MIT
"""Runs with a joblog that are broken, and resumed from it."""

import json
import os
import re
import signal
from collections import Counter

from runs import Failure, send
from scenario import Scenario

KINDS = ("manager", "all", "start", "end", "tear", "cut", "short")

NUMBER = re.compile(rb"crash-job \S+ \d+ (\d+)$")
N_COLUMNS = 9


class JoblogScenario(Scenario):
    """One joblog, of the first run to the last one."""

    def __init__(self, number, dice, options, folder):
        super().__init__(number, dice, options, folder)
        self.is_json = dice.random() < 0.5
        self.path = os.path.join(folder, "log.jsonl" if self.is_json else "log")
        self.settled = set()

    def describe(self):
        return f"joblog as {'JSON' if self.is_json else 'TSV'}, {self.n_jobs} jobs"

    def make_argv(self, options, folder):
        return [self.options.apool, *options, *self.make_command(folder)]

    def read_number(self, line):
        """Returns the number of the job that a line is of, 0 if it is of none."""
        if self.is_json:
            try:
                return int(json.loads(line)["arguments"][0])
            except (ValueError, KeyError, TypeError, IndexError):
                return 0
        columns = line.split(b"\t")
        match = NUMBER.search(columns[-1]) if len(columns) == N_COLUMNS else None
        return int(match[1]) if match else 0

    def read_log(self):
        """Returns how many whole lines each job has."""
        if not os.path.exists(self.path):
            return Counter()
        with open(self.path, "rb") as file:
            *lines, _ = file.read().split(b"\n")
        numbers = Counter(self.read_number(line) for line in lines)
        del numbers[0]
        return numbers

    def make_fault(self, kind):
        left = self.n_jobs - len(self.settled)
        first, last = 1 + self.dice.randrange(max(1, left)), 1 << 30
        if kind == "short":
            first = 1
        name = os.path.basename(self.path)
        return f"{kind} {self.folder} {name} {first} {last} {self.dice.randrange(1 << 20)}"

    def play(self, kind):
        """Goes through a round. Returns (whether it was broken, exit status)."""
        dice, left = self.dice, self.n_jobs - len(self.settled)
        at_once = dice.choice((1, 4, 8))
        fault = self.make_fault(kind) if kind in ("tear", "short") else None
        n_reports = {"start": 0, "end": max(0, 2 * left - 2)}.get(kind, dice.randrange(left + 1))
        argv = self.make_argv([f"-j{at_once}", "--joblog", self.path, "--resume"], self.folder)
        self.options.tell(f"  round {self.n_rounds + 1}: {kind or 'left alone'} after {n_reports}"
                          f" -j{at_once} {fault or ''}")
        run = self.start(argv, fault)
        was_broken = False
        try:
            if kind and not fault and run.wait_until(n_reports, dice.uniform(0, 0.02)):
                if kind == "all":
                    run.kill_all()
                else:
                    send(run.process.pid, signal.SIGKILL)
                was_broken = True
            status = run.finish()
        finally:
            run.close()
        self.wait_for_quiet()
        if kind == "cut" and was_broken:
            self.cut()
        return was_broken or status == -signal.SIGKILL, status

    def cut(self):
        """Takes a part of the last line, as a full disk or a power cut might."""
        if not os.path.exists(self.path):
            return
        with open(self.path, "rb") as file:
            data = file.read()
        begin = data.rfind(b"\n", 0, max(0, len(data) - 1)) + 1
        # Of the first line, which says what the columns are, nothing is taken.
        if begin > 0 and len(data) > begin + 2:
            os.truncate(self.path, self.dice.randint(begin, len(data) - 2))
            self.settled = {number for number in self.settled if number in self.read_log()}

    def check_round(self):
        self.take_effects(self.settled, 1)
        log = self.read_log()
        lost = self.settled - log.keys()
        if lost:
            raise Failure(f"the joblog has lost jobs: {sorted(lost)[:10]}")
        twice = [number for number, n in log.items() if n > 1]
        if twice:
            raise Failure(f"the joblog has jobs twice: {twice[:10]}")
        self.settled = set(log)

    def run_round(self, kind):
        """Returns whether all is done."""
        was_broken, status = self.play(kind)
        if was_broken and kind == "cut":
            self.settled &= self.read_log().keys()
        n_before = len(self.settled)
        self.check_round()
        self.options.totals.count_ends(max(0, len(self.settled) - n_before))
        if was_broken or self.was_faulty():
            self.options.totals.count_break(f"joblog: {kind}")
        if was_broken:
            return False
        if not 0 <= status <= 101:
            raise Failure(f"status {status}: {self.read_err()[1].decode()[-500:]}")
        return True

    def go_through(self, kinds):
        """Takes ways to break a run from an iterator until all is done."""
        while not self.run_round(next(kinds, "")):
            pass
        self.check_all_ended()
        if len(self.settled) != self.n_jobs:
            raise Failure(f"the joblog has {len(self.settled)} of {self.n_jobs} jobs")
