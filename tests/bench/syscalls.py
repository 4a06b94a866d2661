# SPDX-License-Identifier: MIT
"""How many system calls a job takes: of the manager, of the worker, and of what is to be the job.

Each process that strace follows has a file of its own. The difference of a run of many jobs and one
of few is what the jobs take. To be followed slows everybody down, so that more goes in one frame.
"""

import collections
import glob
import os
import re
import shutil
import subprocess

from measure import Unavailable, make_input

MANAGER, WORKER, START = "manager", "worker", "start of the job"
JOB = "/bin/true"
WORKER_PROGRAM = "/proc/self/exe"

CALL = re.compile(r"(\w+)\(")
EXECUTED = re.compile(r'execve\("([^"]*)".* = 0')
CREATED = re.compile(r"(?:clone3?|v?fork)\(.* = (\d+)")


class Process:
    """What a process, or a thread, did until it executed a program, and after that."""

    def __init__(self, path):
        self.programs = []
        self.created = set()
        self.calls = [collections.Counter()]  # before the first program, after it, and so on
        with open(path, encoding="utf-8", errors="surrogateescape") as lines:
            for line in lines:
                self.take(line)

    def take(self, line):
        call = CALL.match(line)
        if not call:
            return
        self.calls[-1][call.group(1)] += 1
        if found := EXECUTED.match(line):
            self.programs.append(found.group(1))
            self.calls.append(collections.Counter())
        if found := CREATED.match(line):
            self.created.add(int(found.group(1)))


def read_processes(folder):
    """Returns {process id: Process}."""
    return {int(path.rpartition(".")[2]): Process(path)
            for path in glob.glob(os.path.join(folder, "trace.*"))}


def sum_calls(processes, program):
    """Returns {who: {call: number}} of manager, workers and the starts of jobs."""
    sums = {who: collections.Counter() for who in (MANAGER, WORKER, START)}
    owners = {program: MANAGER, WORKER_PROGRAM: WORKER}
    for process in processes.values():
        if process.programs[-1:] == [JOB]:
            sums[START] += process.calls[0]
            continue
        who = owners.get(process.programs[-1]) if process.programs else None
        if not who:
            continue
        sums[who] += process.calls[-1]
        for thread in process.created & processes.keys():
            if not processes[thread].programs:
                sums[who] += processes[thread].calls[0]
    return sums


def count_calls(jobs, folder, environment):
    strace = shutil.which("strace", path=environment.get("PATH"))
    if not strace:
        raise Unavailable("strace is not here")
    program = os.environ["APOOL_PROGRAM"]
    place = os.path.join(folder, f"traces-{jobs}")
    os.mkdir(place)
    argv = [strace, "-ff", "-qq", "-o", f"{place}/trace", program, "--workers", "1", "-j4", "-a",
            make_input(folder, jobs), JOB]
    process = subprocess.run(argv, env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    sums = sum_calls(read_processes(place), program)
    shutil.rmtree(place)
    if process.returncode != 0 or not sums[WORKER]:
        why = process.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise Unavailable(f"strace ends with {process.returncode}: {' '.join(why)}")
    return sums


def measure(jobs, folder, environment):
    """Returns {who: {call: number per job}}, those that come often first."""
    few, many = (count_calls(n, folder, environment) for n in (jobs, 2 * jobs))
    notes = {}
    for who, calls in many.items():
        per_job = {call: (n - few[who][call]) / jobs for call, n in calls.most_common()}
        notes[who] = {call: n for call, n in per_job.items() if n >= 0.005}
    return notes
