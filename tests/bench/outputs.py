# SPDX-License-Identifier: MIT
"""What outputs cost on their way: CPU beside cat, speed beside other tools, memory while they wait.

Everything goes through a pipe to a cat, whose CPU counts too, as does that of the jobs. How much a
pipe costs depends on where the kernel puts its two ends: cat alone can need a third of the CPU when
both are on one core. So the first rows are there twice: as it comes, and all on one core.
"""

import contextlib
import os
import select
import shutil
import statistics
import subprocess
import time

import memory
from measure import Failure, run_once, start, wait

MIB = 1 << 20
FILES = 16
FILE_MIB = 64
LINES_MIB = 1024
AT_ONCE = 4
ROUNDS = 3

SMALL_JOBS = 1_000_000
LARGE_JOBS = 16
LINE_MIB = 1024

# Aims.
MAX_CAT_RATIO = 1.3
MAX_MIB = 64


def make_pipeline(argv, end="cat >/dev/null"):
    return ["/bin/sh", "-c", f'"$@" | {end}', "sh", *argv]


def find_tool(name, environment):
    path = shutil.which(name, path=environment.get("PATH"))
    if not path:
        print(f"{name}: not here, left out")
    return path


def fail(argv, why):
    raise Failure(f"outputs: {' '.join(argv[:6])}: {why}")


def measure_once(argv, environment):
    """Returns (CPU seconds, wall seconds) of a pipeline."""
    cpu, wall, status = run_once(make_pipeline(argv), os.devnull, os.devnull, environment)
    if status != 0:
        fail(argv, f"ended with {status}")
    return cpu, wall


def read_sum(argv, environment):
    process = subprocess.run(make_pipeline(argv, "cksum"), env=environment, check=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return process.stdout


def check_same(contenders, environment):
    """Checks that all of them print the same."""
    sums = {name: read_sum(argv, environment) for name, argv in contenders.items()}
    for name, found in sums.items():
        if found != sums["cat"]:
            fail(contenders[name], "the output is not that of cat")


def run_rounds(contenders, rounds, environment):
    """Has commands, by name, take turns. Returns a list of {name: (CPU seconds, wall seconds)}."""
    results = []
    for number in range(rounds):
        names = list(contenders)[::-1 if number % 2 else 1]
        results.append({name: measure_once(contenders[name], environment) for name in names})
    return results


def find_median(rounds, function):
    return statistics.median(function(one) for one in rounds)


# ---- CPU, beside cat ----

@contextlib.contextmanager
def bind_to_one_core():
    """Has us, and what we start, use one core only."""
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(usable)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usable)


def make_files(folder, size):
    """Returns files of bytes that cannot be compressed, all with the same ones."""
    block = os.urandom(MIB)
    paths = [os.path.join(folder, f"file-{number}") for number in range(FILES)]
    for path in paths:
        with open(path, "wb") as file:
            for _ in range(size // MIB):
                file.write(block)
    return paths


def make_copiers(paths, environment):
    pool = os.environ["APOOL_PROGRAM"]
    cores = os.cpu_count()
    contenders = {"cat": ["cat", *paths]}
    for jobs in dict.fromkeys((1, cores, FILES)):
        contenders[f"apool -j{jobs}"] = [pool, f"-j{jobs}", "cat", "{}", ":::", *paths]
    if parallel := find_tool("parallel", environment):
        for jobs in dict.fromkeys((cores, FILES)):
            contenders[f"GNU parallel -k -j{jobs}"] = [
                parallel, "--will-cite", "-k", f"-j{jobs}", "cat", "{}", ":::", *paths]
    return contenders


def tell_copiers(title, rounds):
    print(f"\n{title:<44} {'CPU s':>8} {'as cat':>8} {'wall s':>8}   (aim: {MAX_CAT_RATIO})")
    rows = []
    for name in rounds[0]:
        row = {
            "name": f"{title}: {name}",
            "cpu_sec": find_median(rounds, lambda one, name=name: one[name][0]),
            "cpu_ratio": find_median(rounds, lambda one, name=name: one[name][0] / one["cat"][0]),
            "wall_sec": find_median(rounds, lambda one, name=name: one[name][1]),
        }
        rows.append(row)
        print(f"{name:<44} {row['cpu_sec']:>8.2f} {row['cpu_ratio']:>8.2f}"
              f" {row['wall_sec']:>8.2f}", flush=True)
    return [*rows, {"name": f"{title}: rounds", "rounds": rounds}]


def compare_copiers(options, folder, environment):
    size = max(1, int(FILE_MIB * options.scale)) * MIB
    contenders = make_copiers(make_files(folder, size), environment)
    check_same(contenders, environment)
    title = f"{FILES} x {size // MIB} MiB"
    rows = tell_copiers(title, run_rounds(contenders, options.rounds, environment))
    with bind_to_one_core():
        rounds = run_rounds(contenders, options.rounds, environment)
    return rows + tell_copiers(f"{title}, one core", rounds)


# ---- lines, in bytes a second ----

def make_lines(folder, size):
    path = os.path.join(folder, "lines")
    with open(path, "wb") as file:
        for begin in range(0, size // 60, 10000):
            end = min(begin + 10000, size // 60)
            file.write(b"".join(b"%059d\n" % number for number in range(begin, end)))
    return path


def make_printers(path, environment):
    pool = [os.environ["APOOL_PROGRAM"], f"-j{AT_ONCE}"]
    ways = ([], ["--tag"], ["--lb"], ["--lb", "--tag"], ["-u"])
    inputs = ["cat", "{}", ":::", *[path] * AT_ONCE]
    contenders = {" ".join(["apool", *way]): [*pool, *way, *inputs] for way in ways}
    if parallel := find_tool("parallel", environment):
        contenders |= {" ".join(["GNU parallel", *way]):
                       [parallel, "--will-cite", f"-j{AT_ONCE}", *way, *inputs] for way in ways}
    if xargs := find_tool("xargs", environment):
        words = " ".join([path] * AT_ONCE)
        contenders["xargs -P, mixed"] = [
            "/bin/sh", "-c", f"echo {words} | {xargs} -n1 -P{AT_ONCE} cat"]
    return contenders


def compare_printers(options, folder, environment):
    total = max(4, int(LINES_MIB * options.scale)) * MIB
    path = make_lines(folder, total // AT_ONCE)
    total = os.path.getsize(path) * AT_ONCE
    rounds = run_rounds(make_printers(path, environment), ROUNDS, environment)
    os.unlink(path)
    print(f"\n{f'{total // MIB} MiB in lines of 60 bytes':<44} {'MB/s':>8} {'CPU s':>8}")
    rows = []
    for name in rounds[0]:
        row = {
            "name": f"lines: {name}",
            "mb_per_sec": find_median(rounds, lambda one, name=name: total / one[name][1] / 1e6),
            "cpu_sec": find_median(rounds, lambda one, name=name: one[name][0]),
        }
        rows.append(row)
        print(f"{name:<44} {row['mb_per_sec']:>8.0f} {row['cpu_sec']:>8.2f}", flush=True)
    return rows


# ---- memory ----

def make_commands(folder, jobs, gate, reports):
    """A line each: the first waits for the gate, the last says that it has its turn to run."""
    path = os.path.join(folder, "commands")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"cat {gate}\n")
        file.writelines(f"echo {number}\n" for number in range(1, jobs))
        file.write(f"echo >{reports}\n")
    return path


def watch_gate(pid, gate, reports, tmpfs):
    """Returns samples of a pool until it has ended; opens its gate when it reports."""
    samples = []
    end = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(end, select.POLLIN)
    poll.register(reports, select.POLLIN)
    try:
        while True:
            ready = {fd for fd, _ in poll.poll(memory.TICK_MSEC)}
            if end in ready:
                return samples
            if reports in ready:
                poll.unregister(reports)
                os.close(os.open(gate, os.O_WRONLY))
            samples.append(memory.take_sample(pid, tmpfs))
    except OSError:  # it has ended while it was looked at
        return samples
    finally:
        os.close(end)


def measure_small(options, folder, environment):
    """Measures a pool whose first job ends when all others have."""
    jobs = max(1000, int(SMALL_JOBS * options.scale))
    gate, reports = (os.path.join(folder, name) for name in ("gate", "reports"))
    output = os.path.join(folder, "output")
    for path in (gate, reports):
        os.mkfifo(path)
    argv = [os.environ["APOOL_PROGRAM"], f"-j{AT_ONCE}", "-a",
            make_commands(folder, jobs, gate, reports)]
    fd = os.open(reports, os.O_RDWR | os.O_CLOEXEC)
    begin = time.monotonic()
    pid = start(argv, os.devnull, output, environment)
    samples = watch_gate(pid, gate, fd, memory.find_tmpfs_devices())
    _, wall, status = wait(pid, begin)
    os.close(fd)
    with open(output, "rb") as lines:
        wanted = all(int(line) == number for number, line in enumerate(lines, 1))
    if status != 0 or not wanted or not samples:
        fail(argv, f"ended with {status}")
    return memory.tell(f"{jobs} behind a slow one", samples) | {"wall_sec": wall}


def watch_piped(argv, environment):
    """Runs a pool that prints through a pipe to somebody who reads all of it.

    Returns (samples of memory, wall seconds).
    """
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          env=environment) as reader:
        path = f"/proc/self/fd/{reader.stdin.fileno()}"
        samples, _, wall, status = memory.watch_run(argv, os.devnull, path, environment)
        reader.stdin.close()
    if status != 0 or not samples:
        fail(argv, f"ended with {status}")
    return samples, wall


def measure_large(name, argv, environment):
    samples, wall = watch_piped(argv, environment)
    return memory.tell(name, samples) | {"wall_sec": wall}


def find_file_system(folder, environment):
    """Returns where outputs wait, and on what."""
    place = environment.get("TMPDIR", "/tmp")
    process = subprocess.run(["stat", "-f", "-c", "%T", place], stdout=subprocess.PIPE, check=False)
    return f"{place} ({process.stdout.decode().strip() or '?'})"


def measure_memory(options, folder, environment):
    pool = os.environ["APOOL_PROGRAM"]
    line = max(1, int(LINE_MIB * options.scale))
    large = options.large_mib or max(1, int(256 * options.scale))
    numbers = [str(number) for number in range(LARGE_JOBS)]
    print(f"\nwhat waits is in {find_file_system(folder, environment)}")
    memory.print_heading()
    rows = [
        measure_small(options, folder, environment),
        measure_large(f"{LARGE_JOBS} x {large} MiB at once",
                      [pool, f"-j{LARGE_JOBS}", f"head -c {large * MIB} /dev/zero #", ":::",
                       *numbers], environment),
        measure_large(f"a line of {line} MiB, --lb",
                      [pool, "--lb", f"-j{AT_ONCE}", f"head -c {line * MIB} /dev/zero #", ":::",
                       "1", "2"], environment),
    ]
    for row in rows:
        peak = row["peak_kib"] / 1024
        row |= {"aim_mib": MAX_MIB, "is_met": peak <= MAX_MIB}
        print(f"{row['name']:<44} {peak:>8.1f} MiB at most  (aim: {MAX_MIB}"
              f"{'' if row['is_met'] else ', MISSED'})")
    return rows


def measure_all(options, folder, environment):
    """Prints and returns rows."""
    return {
        "copies": compare_copiers(options, folder, environment),
        "lines": compare_printers(options, folder, environment),
        "memory": measure_memory(options, folder, environment),
    }
