# SPDX-License-Identifier: MIT
"""What a job costs beyond itself: CPU and wall time per job of a tool beside that of others.

The contenders take turns, several rounds; what counts is the median of the ratios to the first one
in the same round, since machines drift. CPU time is that of the tool and of all that it waited for,
user and system.
"""

import os
import statistics
from dataclasses import dataclass, field

from measure import Failure, count_lines, make_input, run_once

AT_ONCE = 4
BARE_LOOP = "bare loop"


@dataclass
class Workload:
    """What is run: the jobs' command for each contender, and how many of them."""

    name: str
    jobs: int
    bare: list
    xargs: list
    pool: list
    keeps_output: bool = False
    repeat: int = 1  # runs in a round, for what is over at once
    environment: dict = field(default_factory=dict)  # beside that of all


@dataclass
class Contender:
    """A tool: makes its argument vector for a workload."""

    name: str
    make_argv: object


def scale_jobs(jobs, scale):
    return max(10, int(jobs * scale))


def make_true(name, jobs):
    # The bare loop gives its job an argument too: with one, coreutils' true loads the locale.
    return Workload(name, jobs, ["/bin/true", "word"], ["-n1", "/bin/true"], ["/bin/true"])


def make_bare_loop(program):
    return Contender(BARE_LOOP,
                     lambda load: [program, str(load.jobs), str(AT_ONCE), *load.bare])


def make_pool(name, *options):
    program = os.environ["APOOL_PROGRAM"]
    return Contender(name, lambda load: [program, f"-j{AT_ONCE}", *options, *load.pool])


def run_kept(contender, load, folder, environment):
    """Runs a workload whose output is kept, and checks that it is. Returns what run_once() does."""
    stdout_path, stderr_path = (os.path.join(folder, name) for name in ("output", "errors"))
    result = run_once(contender.make_argv(load), make_input(folder, load.jobs), stdout_path,
                      environment, stderr_path)
    if contender.name != BARE_LOOP and count_lines(stdout_path) != load.jobs:
        raise Failure(f"{contender.name}: {load.name}: output is missing")
    if os.path.getsize(stderr_path) > 0:
        raise Failure(f"{contender.name}: {load.name}: something is said on stderr")
    return result


def run_load(contender, load, folder, environment):
    """Runs a workload. Returns (CPU seconds, wall seconds)."""
    environment = environment | load.environment
    if load.keeps_output:
        cpu, wall, status = run_kept(contender, load, folder, environment)
    else:
        cpu, wall, status = run_once(contender.make_argv(load), make_input(folder, load.jobs),
                                     os.devnull, environment)
    if status != 0:
        raise Failure(f"{contender.name}: {load.name}: ended with {status}")
    return cpu, wall


def measure(contender, load, folder, environment):
    """Returns (CPU, wall) seconds per job of one round."""
    runs = [run_load(contender, load, folder, environment) for _ in range(load.repeat)]
    jobs = load.jobs * load.repeat
    return sum(cpu for cpu, _ in runs) / jobs, sum(wall for _, wall in runs) / jobs


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
    reference = samples[contenders[0].name]
    for contender in contenders:
        rounds = samples[contender.name]
        pairs = list(zip(rounds, reference))
        rows.append({
            "workload": load.name,
            "contender": contender.name,
            "jobs": load.jobs,
            "cpu_usec": statistics.median(cpu for cpu, _ in rounds) * 1e6,
            "wall_usec": statistics.median(wall for _, wall in rounds) * 1e6,
            "cpu_ratio": statistics.median(one[0] / base[0] for one, base in pairs),
            "wall_ratio": statistics.median(one[1] / base[1] for one, base in pairs),
            "rounds": [{"cpu_usec": cpu * 1e6, "wall_usec": wall * 1e6} for cpu, wall in rounds],
        })
    return rows


def print_heading(reference):
    print(f"\n{'microseconds a job':<28} {'jobs':>6} {'CPU':>10} {'wall':>10}"
          f"   as ratios to: {reference}")


def print_rows(rows):
    for row in rows:
        print(f"{row['workload']:<15} {row['contender']:<13} {row['jobs']:>5}"
              f" {row['cpu_usec']:>10.0f} {row['wall_usec']:>10.0f}"
              f" {row['cpu_ratio']:>8.3f} {row['wall_ratio']:>8.3f}", flush=True)


def compare(load, contenders, rounds, folder, environment):
    """Measures, prints and returns a row for each contender."""
    samples = run_rounds(load, contenders, rounds, folder, environment)
    rows = summarise(load, contenders, samples)
    print_rows(rows)
    return rows
