# SPDX-License-Identifier: MIT
"""How fast the pool gets over the loss of a worker.

Two workers run two jobs each that wait at a gate, and have two more tasks waiting each. One is
killed; then the gates of the other one's jobs are opened, and all later jobs are short. Two times
are taken, from the kill: until the last of the four tasks that waited has started, of which the
victim had two; and until a job has started in the worker that takes the victim's place. The first
thing that a job does is to say in a FIFO which it is and whose; so a shell's start is part of both.
"""

import os
import re
import select
import signal
import statistics
import subprocess
import time
from collections import namedtuple

from measure import Failure, make_input

GATED = 4  # as many as both workers run at once
WAITING = range(GATED + 1, 2 * GATED + 1)
JOBS = 300  # so many that the survivor is busy until its fellow has been replaced
PATIENCE_MSEC = 60000
MAX_ASKS = 1000

Report = namedtuple("Report", "when worker job")


class Run:
    """A pool of two workers, and what is heard of it."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.fds = {}
        for name in ("reports", *(f"gate-{job}" for job in range(1, GATED + 1))):
            self.fds[name] = self.make_fifo(name)
        with open(make_input(folder, JOBS), "rb") as lines:
            self.process = subprocess.Popen(self.make_argv(), env=environment, stdin=lines,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.errors = self.process.stderr.fileno()
        self.buffers = {self.fds["reports"]: b"", self.errors: b""}
        self.reports = []
        self.messages = []
        self.poll = select.poll()
        for source in self.buffers:
            self.poll.register(source, select.POLLIN)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Where all went well there is nothing left to end.
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        for fd in self.fds.values():
            os.close(fd)

    def make_fifo(self, name):
        path = os.path.join(self.folder, name)
        os.mkfifo(path)
        # Opened both ways nobody waits for the other end, and there is no end of file.
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def make_argv(self):
        job = (f"echo $PPID {{#}} >{self.folder}/reports;"
               f" test {{#}} -gt {GATED} || read line <{self.folder}/gate-{{#}}")
        return [os.environ["APOOL_PROGRAM"], f"-j{GATED}", "--workers", "2", "--prefetch", "2", job]

    def open_gate(self, job):
        os.write(self.fds[f"gate-{job}"], b"\n")

    def take_line(self, source, line, now):
        if source == self.errors:
            self.messages.append(line.decode("utf-8", "replace"))
        else:
            worker, job = line.split()
            self.reports.append(Report(now, int(worker), int(job)))

    def hear(self):
        """Takes what is said next. Returns whether more can follow."""
        ready = self.poll.poll(PATIENCE_MSEC)
        now = time.monotonic()
        if not ready:
            raise Failure("kill: nothing is heard of the pool any more")
        for source, _ in ready:
            data = os.read(source, 65536)
            if not data:
                return False
            *lines, self.buffers[source] = (self.buffers[source] + data).split(b"\n")
            for line in lines:
                self.take_line(source, line, now)
        return True

    def hear_until(self, condition):
        while not condition():
            if not self.hear():
                raise Failure(f"kill: the pool has ended: {self.messages}")

    def find_busy_workers(self):
        """Returns the process ids of both workers when each runs two jobs and has two waiting."""
        # Usually the first answer: the pool hands tasks out before their jobs can have started.
        for _ in range(MAX_ASKS):
            self.messages.clear()
            self.process.send_signal(signal.SIGUSR1)
            self.hear_until(lambda: len(self.messages) >= 3)
            view = "\n".join(self.messages)
            workers = re.findall(r": pid (\d+), .*, 2 running, 2 waiting,", view)
            if len(workers) == 2:
                return [int(worker) for worker in workers]
        raise Failure(f"kill: the workers do not get busy: {self.messages}")


def check_run(run, victim):
    jobs = sorted(report.job for report in run.reports)
    status = run.process.wait()
    if status != 2:
        raise Failure(f"kill: two lost jobs make {status}: {run.messages}")
    if jobs != list(range(1, JOBS + 1)):
        raise Failure("kill: a job has been forgotten or was started twice")
    if any(report.worker == victim for report in run.reports if report.job > GATED):
        raise Failure("kill: the victim has started a job that was waiting")


def kill_one(number, folder, environment):
    """Returns the seconds until what waited runs, and until the replacement has a job."""
    os.mkdir(folder)
    with Run(folder, environment) as run:
        run.hear_until(lambda: len(run.reports) == GATED)
        workers = run.find_busy_workers()
        victim, survivor = workers[number % 2], workers[(number + 1) % 2]
        begin = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        for report in list(run.reports):
            if report.worker == survivor:
                run.open_gate(report.job)
        while run.hear():
            pass
        check_run(run, victim)
        elsewhere = [report.when for report in run.reports if report.job in WAITING]
        replaced = [report.when for report in run.reports if report.worker not in workers]
    if not replaced:
        raise Failure("kill: the survivor has done everything")
    return max(elsewhere) - begin, min(replaced) - begin


def summarise(name, seconds):
    return {
        "name": name,
        "median_msec": statistics.median(seconds) * 1e3,
        "worst_msec": max(seconds) * 1e3,
        "msec": [one * 1e3 for one in seconds],
    }


def measure_kills(kills, folder, environment):
    """Kills so many workers, each in a pool of its own; prints and returns a row for each time."""
    times = [kill_one(number, os.path.join(folder, str(number)), environment)
             for number in range(kills)]
    rows = [summarise("what waited runs elsewhere", [elsewhere for elsewhere, _ in times]),
            summarise("the replacement runs a job", [replaced for _, replaced in times])]
    print(f"\n{f'milliseconds from a kill -9, of {kills}':<44} {'median':>8} {'worst':>8}"
          "   (aim: below 50)")
    for row in rows:
        print(f"{row['name']:<44} {row['median_msec']:>8.1f} {row['worst_msec']:>8.1f}", flush=True)
    return rows
