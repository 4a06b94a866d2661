# SPDX-License-Identifier: MIT
"""Measures what a job costs beyond itself: CPU and wall time per job, beside other tools.

bench.py BARE-LOOP RESULTS: BARE-LOOP is the reference program, RESULTS the JSON file to write.
APOOL_PROGRAM names apool. The contenders take turns, several rounds; what counts is the median of
the ratios to the bare loop in the same round, since machines drift. CPU time is that of the tool
and of all that it waited for, user and system.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass

AT_ONCE = 4
REFERENCE = "bare loop"


@dataclass
class Workload:
    """What is run: the jobs' command for each contender, and how many of them."""

    name: str
    jobs: int
    slow_jobs: int  # for contenders that take long for each
    repeat: int  # runs in a round, for what is over at once
    bare: list
    xargs: list
    pool: list
    keeps_output: bool


@dataclass
class Contender:
    """A tool: makes its argument vector for a workload and a number of jobs."""

    name: str
    program: str
    is_slow: bool
    make_argv: object


def make_workloads(scale):
    def count(jobs):
        return max(10, int(jobs * scale))

    # The bare loop gives its job an argument too: with one, coreutils' true loads the locale.
    pipeline = "echo {} | wc -c"
    return [
        Workload("/bin/true", count(2000), count(200), 1,
                 ["/bin/true", "word"], ["-n1", "/bin/true"], ["/bin/true"], False),
        Workload("echo, kept", count(2000), count(200), 1,
                 ["/bin/echo", "word"], ["-n1", "/bin/echo"], ["/bin/echo"], True),
        Workload("shell pipeline", count(500), count(200), 1,
                 ["/bin/sh", "-c", "echo word | wc -c"],
                 ["-I{}", "/bin/sh", "-c", pipeline], [pipeline], True),
        Workload("one job", 1, 1, 10,
                 ["/bin/true", "word"], ["-n1", "/bin/true"], ["/bin/true"], False),
    ]


def make_contenders(bare_loop):
    """Returns the tools found here; says which are not."""
    contenders = [
        Contender(REFERENCE, bare_loop, False,
                  lambda program, load, jobs: [program, str(jobs), str(AT_ONCE), *load.bare]),
        Contender("xargs", shutil.which("xargs"), False,
                  lambda program, load, jobs: [program, f"-P{AT_ONCE}", *load.xargs]),
        Contender("apool", os.environ.get("APOOL_PROGRAM"), False,
                  lambda program, load, jobs: [program, f"-j{AT_ONCE}", *load.pool]),
        Contender("GNU parallel", shutil.which("parallel"), True,
                  lambda program, load, jobs: [program, "--will-cite", f"-j{AT_ONCE}", *load.pool]),
    ]
    for contender in contenders:
        if not contender.program:
            print(f"{contender.name}: not here, left out")
    return [contender for contender in contenders if contender.program]


def make_environment():
    environment = dict(os.environ)
    for name in ("APOOL", "PARALLEL", "BASH_ENV", "ENV", "MALLOC_PERTURB_"):
        environment.pop(name, None)
    for name in ("SHELL", "APOOL_SHELL", "PARALLEL_SHELL"):
        environment[name] = "/bin/sh"
    return environment


def run_once(argv, stdin_path, stdout_path, environment):
    """Runs a tool to its end. Returns (CPU seconds, wall seconds, exit status)."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, stdin_path, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, stdout_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
    ]
    start = time.monotonic()
    pid = os.posix_spawn(argv[0], argv, environment, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - start
    return usage.ru_utime + usage.ru_stime, wall, os.waitstatus_to_exitcode(status)


def count_lines(path):
    with open(path, "rb") as lines:
        return sum(1 for _ in lines)


class Failure(Exception):
    """A contender did not do its work: its time means nothing."""


def measure(contender, load, folder, environment):
    """Returns (CPU, wall) seconds per job of one round."""
    jobs = load.slow_jobs if contender.is_slow else load.jobs
    stdin_path = os.path.join(folder, f"input-{jobs}")
    stdout_path = os.path.join(folder, "output")
    if not os.path.exists(stdin_path):
        with open(stdin_path, "w", encoding="ascii") as lines:
            lines.writelines(f"word{number}\n" for number in range(jobs))

    argv = contender.make_argv(contender.program, load, jobs)
    cpu = wall = 0.0
    for _ in range(load.repeat):
        run_cpu, run_wall, status = run_once(argv, stdin_path, stdout_path, environment)
        if status != 0:
            raise Failure(f"{contender.name}: {load.name}: ended with {status}")
        cpu += run_cpu
        wall += run_wall
    if load.keeps_output and contender.name != REFERENCE and count_lines(stdout_path) != jobs:
        raise Failure(f"{contender.name}: {load.name}: output is missing")
    return cpu / (jobs * load.repeat), wall / (jobs * load.repeat)


def run_rounds(load, contenders, rounds, folder, environment):
    """Returns {contender name: [(CPU, wall) of each round]}."""
    samples = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        shift = number % len(contenders)
        for contender in contenders[shift:] + contenders[:shift]:
            samples[contender.name].append(measure(contender, load, folder, environment))
    return samples


def summarise(load, contenders, samples):
    """Returns a row for each contender: medians of times, and of ratios within a round."""
    rows = []
    for contender in contenders:
        rounds = samples[contender.name]
        pairs = list(zip(rounds, samples[REFERENCE]))
        rows.append({
            "workload": load.name,
            "contender": contender.name,
            "jobs": load.slow_jobs if contender.is_slow else load.jobs,
            "cpu_usec": statistics.median(cpu for cpu, _ in rounds) * 1e6,
            "wall_usec": statistics.median(wall for _, wall in rounds) * 1e6,
            "cpu_ratio": statistics.median(one[0] / base[0] for one, base in pairs),
            "wall_ratio": statistics.median(one[1] / base[1] for one, base in pairs),
            "rounds": [{"cpu_usec": cpu * 1e6, "wall_usec": wall * 1e6} for cpu, wall in rounds],
        })
    return rows


def print_rows(rows):
    for row in rows:
        print(f"{row['workload']:<15} {row['contender']:<13} {row['jobs']:>6}"
              f" {row['cpu_usec']:>10.0f} {row['wall_usec']:>10.0f}"
              f" {row['cpu_ratio']:>8.2f} {row['wall_ratio']:>8.2f}", flush=True)


def run_all(options, contenders):
    environment = make_environment()
    print(f"{AT_ONCE} at once, {options.rounds} rounds, {os.cpu_count()} cores;"
          f" microseconds per job, ratios to the {REFERENCE}")
    print(f"{'':<15} {'':<13} {'jobs':>6} {'CPU':>10} {'wall':>10} {'CPU':>8} {'wall':>8}")
    rows = []
    with tempfile.TemporaryDirectory(prefix="apool-bench-") as folder:
        for load in make_workloads(options.scale):
            samples = run_rounds(load, contenders, options.rounds, folder, environment)
            part = summarise(load, contenders, samples)
            print_rows(part)
            rows += part
    return rows


def main():
    parser = argparse.ArgumentParser(description="Measures apool beside other tools.")
    parser.add_argument("bare_loop")
    parser.add_argument("results")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="times as many jobs")
    options = parser.parse_args()

    try:
        rows = run_all(options, make_contenders(options.bare_loop))
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    with open(options.results, "w", encoding="utf-8") as results:
        json.dump({"at_once": AT_ONCE, "cores": os.cpu_count(), "rows": rows}, results, indent=2)
        results.write("\n")
    print(f"written: {options.results}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
