# SPDX-License-Identifier: MIT
"""The rows of jobs that do nothing, a thousand at once: what apool does meanwhile.

While they all sleep nobody of apool has a reason to be woken. A process that sleeps and is woken
has switched contexts voluntarily, so that these switches, of all threads of manager and workers,
are counted over some seconds; and the time that the scheduler says they ran. The seconds are fewer
than the ten after which a silent worker that owes something is asked whether it is still there.
"""

import os
import select
import signal
import statistics
import subprocess
import time

import memory
from contest import BARE_LOOP
from measure import Failure, make_input, read_own_cpu, run_once
from table import Bound, make_row

SLEEPERS = 1000
WATCHED_SECONDS = 5.0
SETTLED_SECONDS = 0.3
MAX_LOOKS = 100
PATIENCE_SECONDS = 120


def read_thread(folder):
    """Returns (nanoseconds run, wake-ups) of a thread."""
    with open(f"{folder}/schedstat", encoding="ascii") as file:
        run = int(file.read().split()[0])
    with open(f"{folder}/status", encoding="utf-8") as lines:
        return run, sum(int(line.split()[1]) for line in lines
                        if line.startswith("voluntary_ctxt_switches"))


def read_threads(pid):
    """Returns {thread: (nanoseconds run, wake-ups)} of a process."""
    threads = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            threads[int(thread)] = read_thread(f"/proc/{pid}/task/{thread}")
        except OSError:  # it has just ended
            continue
    return threads


class Sleepers:
    """A pool all of whose jobs sleep."""

    def __init__(self, n_jobs, folder, environment):
        self.n_jobs = n_jobs
        path = os.path.join(folder, "reports")
        os.mkfifo(path)
        self.reports = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        argv = [os.environ["APOOL_PROGRAM"], f"-j{n_jobs}", "-n0", f"echo >{path}; exec sleep 1000"]
        with open(make_input(folder, n_jobs), "rb") as lines:
            self.process = subprocess.Popen(argv, env=environment, stdin=lines,
                                            stdout=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        os.close(self.reports)

    def await_jobs(self):
        n_there = 0
        while n_there < self.n_jobs:
            if not select.select([self.reports], [], [], PATIENCE_SECONDS)[0]:
                raise Failure("idle: the jobs do not start")
            n_there += len(os.read(self.reports, 4096))

    def look(self):
        """Returns {thread: (nanoseconds run, wake-ups)} of manager and workers."""
        manager = self.process.pid
        threads = read_threads(manager)
        for pid in memory.find_children(manager):
            if memory.is_worker(pid, manager):
                threads |= read_threads(pid)
        return threads

    def settle(self):
        """Looks until nothing happens between two looks, or it is not going to be so."""
        before = self.look()
        for _ in range(MAX_LOOKS):
            time.sleep(SETTLED_SECONDS)
            after = self.look()
            if after == before:
                return
            before = after


def measure_idle(options, folder, environment):
    n_jobs = max(10, int(SLEEPERS * options.scale))
    seconds = max(SETTLED_SECONDS, WATCHED_SECONDS * min(1.0, options.scale))
    with Sleepers(n_jobs, folder, environment) as sleepers:
        sleepers.await_jobs()
        sleepers.settle()
        before = sleepers.look()
        time.sleep(seconds)
        after = sleepers.look()
        sample = memory.take_sample(sleepers.process.pid, memory.find_tmpfs_devices())
    run, wakeups = (sum(after[thread][i] - before.get(thread, (0, 0))[i] for thread in after)
                    for i in (0, 1))
    figures = {
        "jobs": n_jobs,
        "threads": len(after),
        "seconds": seconds,
        "cpu_share": run / 1e9 / seconds,
        "wakeups": wakeups,
        "peak_kib": memory.get_total(sample) / 1024,
    }
    return make_row("idle/none", f"-j{n_jobs}, all asleep, {seconds:g} s", figures,
                    [Bound("wakeups", 0, "0 wake-ups")])


# ---- a thousand starts at once ----

def run_pool(argv, stdin_path, environment):
    """Returns (CPU seconds of the manager alone, wall seconds)."""
    with open(stdin_path, "rb") as lines:
        begin = time.monotonic()
        process = subprocess.Popen(argv, env=environment, stdin=lines, stdout=subprocess.DEVNULL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    wall = time.monotonic() - begin
    cpu = read_own_cpu(process.pid)
    if process.wait() != 0:
        raise Failure(f"sleepers: {argv[1:]} fails")
    return cpu, wall


def measure_sleepers(options, folder, environment):
    """Runs jobs that do nothing for a second, all of them in two goes, in turn with a bare loop."""
    n_at_once = max(10, int(SLEEPERS * options.scale))
    jobs = 2 * n_at_once
    pool = [os.environ["APOOL_PROGRAM"], f"-j{n_at_once}", "-n0", "sleep", "1"]
    bare = [options.bare_loop, str(jobs), str(n_at_once), "/bin/sleep", "1"]
    rounds = []
    for _ in range(min(3, options.rounds)):
        _, bare_wall, status = run_once(bare, os.devnull, os.devnull, environment)
        if status != 0:
            raise Failure(f"sleepers: {bare} ends with {status}")
        cpu, wall = run_pool(pool, make_input(folder, jobs), environment)
        rounds.append({"cpu_share": cpu / wall, "wall_sec": wall, "wall_ratio": wall / bare_wall})
    figures = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    return make_row(f"sleepers/{BARE_LOOP}", f"sleep 1 x {jobs}, -j{n_at_once}",
                    figures | {"jobs": jobs, "rounds": rounds},
                    [Bound("wall_sec", 2.5, "wall <= 2.5 s"),
                     Bound("cpu_share", 0.1, "manager <= 10 %")])


def measure_all(options, folder, environment):
    """Yields rows."""
    yield measure_idle(options, folder, environment)
    yield measure_sleepers(options, folder, environment)
