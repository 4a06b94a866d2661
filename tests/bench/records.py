# SPDX-License-Identifier: MIT
"""What it costs to keep a record of each job, and to read the records of an earlier run.

The first rows are as those of the tools: with a joblog, one of JSON, and a journal, beside a run
that keeps nothing. Machines are seldom so quiet that a twentieth can be told from that. So the next
ones are of the CPU time of the manager alone, which is who keeps them: without workers and jobs it
is a twentieth of the whole, and what is added to it shows. What counts is how much that is of the
CPU time that a job takes where nothing is kept. The last ones are runs in which nothing is left to
be run: of a joblog that has all jobs, and of a journal that has them and their outputs.
"""

import os
import shutil
import statistics
import time

import contest
from measure import Failure, count_lines, make_input, read_own_cpu, start

JOBS = 5000
LOGGED_JOBS = 1_000_000
RECORDED_JOBS = 100_000

NO_RECORD = "no record"

# Aims.
MAX_RATIO = 1.05

# A line of a joblog: number, host, start, seconds, bytes sent and received, exit, signal, command.
COLUMNS = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"


def make_workloads(scale):
    jobs = contest.scale_jobs(JOBS, scale)
    return [
        contest.Workload("/bin/true", jobs, [], [], ["/bin/true"]),
        contest.Workload("/bin/echo, kept", jobs, [], [], ["/bin/echo"], True),
        contest.Workload("echo {}, kept", jobs, [], [], ["echo {}"], True),
    ]


def make_keeper(name, folder, *options):
    """Returns a pool that keeps its records in a place of its own, which is not there yet."""
    place = os.path.join(folder, "record")
    program = os.environ["APOOL_PROGRAM"]

    def make_argv(load):
        shutil.rmtree(place, ignore_errors=True)
        os.mkdir(place)
        words = [word.format(place=place) for word in options]
        return [program, f"-j{contest.AT_ONCE}", *words, *load.pool]

    return contest.Contender(name, make_argv)


def make_keepers(folder):
    return [
        contest.make_pool(NO_RECORD),
        make_keeper("joblog", folder, "--joblog", "{place}/log"),
        make_keeper("JSON joblog", folder, "--joblog", "{place}/log.jsonl"),
        make_keeper("journal", folder, "--journal", "{place}/journal"),
    ]


def compare_keepers(options, folder, environment):
    contest.print_heading(NO_RECORD)
    rows = []
    for load in make_workloads(options.scale):
        rows += contest.compare(load, make_keepers(folder), 2 * options.rounds - 1, folder,
                              environment)
    return rows


# ---- The manager alone ----

def take_own_cpu(pid):
    """Waits for a process. Returns the CPU seconds of itself, without its children, and of all."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    own = read_own_cpu(pid)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise Failure(f"records: ended with {os.waitstatus_to_exitcode(status)}")
    return own, usage.ru_utime + usage.ru_stime


def compare_managers(options, folder, environment):
    """Prints and returns a row for each way to keep records: what it adds to a job's CPU time."""
    print(f"\n{'microseconds of CPU a job':<28} {'manager':>10} {'all':>10}   added, of all (aim:"
          f" {MAX_RATIO})")
    rows = []
    for load in make_workloads(options.scale):
        keepers = make_keepers(folder)
        samples = {keeper.name: [] for keeper in keepers}
        for _ in range(options.rounds):
            for keeper in keepers:
                argv = keeper.make_argv(load)
                pid = start(argv, make_input(folder, load.jobs), os.path.join(folder, "output"),
                            environment)
                samples[keeper.name].append(take_own_cpu(pid))
        rows += [tell_manager(load, keeper.name, samples) for keeper in keepers]
    return rows


def tell_manager(load, name, samples):
    own, whole = (statistics.median(one[i] for one in samples[name]) / load.jobs for i in (0, 1))
    bare, job = (statistics.median(one[i] for one in samples[NO_RECORD]) / load.jobs
                 for i in (0, 1))
    ratio = 1 + (own - bare) / job
    print(f"{load.name:<15} {name:<12} {own * 1e6:>10.1f} {whole * 1e6:>10.1f} {ratio:>8.3f}"
          f"{'' if ratio <= MAX_RATIO else '  MISSED'}", flush=True)
    return {"workload": load.name, "contender": name, "manager_cpu_usec": own * 1e6,
            "cpu_usec": whole * 1e6, "ratio": ratio, "aim": MAX_RATIO,
            "is_met": ratio <= MAX_RATIO}


# ---- What was done before ----

def run_again(name, argv, jobs, stdin_path, stdout_path, environment):
    """Runs what is all done already. Returns a row."""
    begin = time.monotonic()
    _, status, usage = os.wait4(start(argv, stdin_path, stdout_path, environment), 0)
    wall = time.monotonic() - begin
    if status != 0:
        raise Failure(f"{name}: ended with {os.waitstatus_to_exitcode(status)}")
    row = {
        "name": name,
        "jobs": jobs,
        "wall_sec": wall,
        "cpu_usec": (usage.ru_utime + usage.ru_stime) / jobs * 1e6,
        "rss_kib": usage.ru_maxrss,
    }
    print(f"{name:<28} {jobs:>8} {wall:>8.2f} {row['cpu_usec']:>10.2f}"
          f" {usage.ru_maxrss / 1024:>8.1f} {usage.ru_maxrss * 1024 / jobs:>8.0f}", flush=True)
    return row


def resume_joblog(options, folder, environment):
    jobs = contest.scale_jobs(LOGGED_JOBS, options.scale)
    log = os.path.join(folder, "log")
    with open(log, "w", encoding="ascii") as file:
        file.write(COLUMNS)
        file.writelines(f"{job + 1}\t:\t1700000000.000\t     0.001\t0\t0\t0\t0\t/bin/false word{job}\n"
                        for job in range(jobs))
    argv = [os.environ["APOOL_PROGRAM"], f"-j{contest.AT_ONCE}", "--joblog", log, "--resume",
            "/bin/false"]
    row = run_again("joblog, resumed", argv, jobs, make_input(folder, jobs), os.devnull,
                    environment)
    os.unlink(log)
    return row


def replay_journal(options, folder, environment):
    jobs = contest.scale_jobs(RECORDED_JOBS, options.scale)
    stdin_path = make_input(folder, jobs)
    stdout_path = os.path.join(folder, "output")
    # The second time there is nothing that these could run.
    argv = [os.environ["APOOL_PROGRAM"], f"-j{contest.AT_ONCE}",
            "--journal", os.path.join(folder, "journal"), "echo {}"]
    rows = [run_again(name, argv, jobs, stdin_path, stdout_path, environment)
            for name in ("journal, run", "journal, replayed")]
    if count_lines(stdout_path) != jobs:
        raise Failure("journal: output is missing")
    return rows


def measure_all(options, folder, environment):
    """Prints and returns rows."""
    rows = compare_keepers(options, folder, environment)
    managers = compare_managers(options, folder, environment)
    print(f"\n{'all done before':<28} {'jobs':>8} {'wall s':>8} {'CPU us/job':>10}"
          f" {'MiB':>8} {'B/job':>8}")
    return {
        "keepers": rows,
        "managers": managers,
        "joblog": resume_joblog(options, folder, environment),
        "journal": replay_journal(options, folder, environment),
    }
