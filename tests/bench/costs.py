# SPDX-License-Identifier: MIT
"""What a job costs beyond itself: CPU and wall time per job, beside other tools and other pools.

The contenders take turns, several rounds; what counts is the median of the ratios to the first one
in the same round, since machines drift. CPU time is that of the tool and of all that it waited for,
user and system.
"""

import os
import shutil
import statistics
from dataclasses import dataclass

from measure import Failure, count_lines, make_input, run_once

AT_ONCE = 4
BARE_LOOP = "bare loop"
SHORT_LIFE = 10  # jobs


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


def scale_jobs(jobs, scale):
    return max(10, int(jobs * scale))


def make_true(name, jobs):
    return Workload(name, jobs, max(10, jobs // 10), 1,
                    ["/bin/true", "word"], ["-n1", "/bin/true"], ["/bin/true"], False)


def make_workloads(scale):
    # The bare loop gives its job an argument too: with one, coreutils' true loads the locale.
    pipeline = "echo {} | wc -c"
    return [
        make_true("/bin/true", scale_jobs(2000, scale)),
        Workload("echo, kept", scale_jobs(2000, scale), scale_jobs(200, scale), 1,
                 ["/bin/echo", "word"], ["-n1", "/bin/echo"], ["/bin/echo"], True),
        Workload("shell pipeline", scale_jobs(500, scale), scale_jobs(200, scale), 1,
                 ["/bin/sh", "-c", "echo word | wc -c"],
                 ["-I{}", "/bin/sh", "-c", pipeline], [pipeline], True),
        Workload("one job", 1, 1, 10,
                 ["/bin/true", "word"], ["-n1", "/bin/true"], ["/bin/true"], False),
    ]


def make_bare_loop(program):
    return Contender(BARE_LOOP, program, False,
                     lambda program, load, jobs: [program, str(jobs), str(AT_ONCE), *load.bare])


def make_pool(name, *options):
    return Contender(name, os.environ["APOOL_PROGRAM"], False,
                     lambda program, load, jobs: [program, f"-j{AT_ONCE}", *options, *load.pool])


def make_tools(bare_loop):
    """Returns the tools found here; says which are not."""
    contenders = [
        make_bare_loop(bare_loop),
        Contender("xargs", shutil.which("xargs"), False,
                  lambda program, load, jobs: [program, f"-P{AT_ONCE}", *load.xargs]),
        make_pool("apool"),
        Contender("GNU parallel", shutil.which("parallel"), True,
                  lambda program, load, jobs: [program, "--will-cite", f"-j{AT_ONCE}", *load.pool]),
    ]
    for contender in contenders:
        if not contender.program:
            print(f"{contender.name}: not here, left out")
    return [contender for contender in contenders if contender.program]


def make_sizes(bare_loop):
    """Returns pools of different numbers of workers for the same number of jobs at once."""
    return [make_bare_loop(bare_loop),
            make_pool("1 worker", "--workers", "1"),
            make_pool("2 workers", "--workers", "2"),
            make_pool("4 workers", "--workers", "4")]


def make_lives():
    """Returns pools whose workers live differently long, the reference first."""
    return [make_pool("never"),
            make_pool("each 100", "--max-tasks-per-worker", "100"),
            make_pool(f"each {SHORT_LIFE}", "--max-tasks-per-worker", str(SHORT_LIFE))]


def measure(contender, load, folder, environment):
    """Returns (CPU, wall) seconds per job of one round."""
    jobs = load.slow_jobs if contender.is_slow else load.jobs
    stdin_path = make_input(folder, jobs)
    stdout_path = os.path.join(folder, "output") if load.keeps_output else os.devnull
    argv = contender.make_argv(contender.program, load, jobs)
    cpu = wall = 0.0
    for _ in range(load.repeat):
        run_cpu, run_wall, status = run_once(argv, stdin_path, stdout_path, environment)
        if status != 0:
            raise Failure(f"{contender.name}: {load.name}: ended with {status}")
        cpu += run_cpu
        wall += run_wall
    if load.keeps_output and contender.name != BARE_LOOP and count_lines(stdout_path) != jobs:
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
    reference = samples[contenders[0].name]
    for contender in contenders:
        rounds = samples[contender.name]
        pairs = list(zip(rounds, reference))
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


def compare_tools(bare_loop, options, folder, environment):
    print_heading(BARE_LOOP)
    rows = []
    contenders = make_tools(bare_loop)
    for load in make_workloads(options.scale):
        rows += compare(load, contenders, options.rounds, folder, environment)
    return rows


def compare_sizes(bare_loop, options, folder, environment):
    print_heading(BARE_LOOP)
    load = make_true("true, workers", scale_jobs(2000, options.scale))
    return compare(load, make_sizes(bare_loop), options.rounds, folder, environment)


def find_replacement_usec(rows):
    """Returns the CPU time that one more worker takes, microseconds.

    It is found where workers live so shortly that it is far above the noise.
    """
    never, often = (row["rounds"] for row in (rows[0], rows[-1]))
    return statistics.median(SHORT_LIFE * (short["cpu_usec"] - long["cpu_usec"])
                             for short, long in zip(often, never))


def compare_lives(options, folder, environment):
    """Measures what it costs to replace workers, in many short rounds: the difference is small."""
    print_heading("never replaced")
    load = make_true("true, replaced", scale_jobs(1000, options.scale))
    rows = compare(load, make_lives(), 4 * options.rounds - 1, folder, environment)
    usec = find_replacement_usec(rows)
    share = usec / 100 / rows[0]["cpu_usec"]
    print(f"a worker's life takes {usec:.0f} us of CPU time,"
          f" {100 * share:.1f} % of what 100 of these jobs take (aim: below 5)", flush=True)
    return {"rows": rows, "life_cpu_usec": usec, "share_of_100_jobs": share}
