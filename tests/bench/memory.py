# SPDX-License-Identifier: MIT
"""The memory of a pool: PSS plus shmem over all apool processes, manager and workers, not the jobs.

PSS is that of /proc/PID/smaps_rollup: a page that several processes map counts in parts. What they
map of shared memory is in it; what they merely hold open, memfds and unlinked files on a tmpfs, is
not, and is added, each such file once. Were one both, it would count twice: apool maps none. How
much of the libraries' pages counts depends on who else maps them on the machine; the anonymous part
of PSS does not.
"""

import os
import select
import statistics
import subprocess
import time
from collections import namedtuple

from measure import Failure, count_lines, make_input, start, wait

AT_ONCE = 4
JOBS = 30000
TICK_MSEC = 50
IDLE_SAMPLES = 5
IDLE_WORKERS = (1, 2, 8)

# Bytes.
Pss = namedtuple("Pss", "all anonymous")
Sample = namedtuple("Sample", "manager workers anonymous shmem n_workers")


def find_tmpfs_devices():
    devices = set()
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as mounts:
        for mount in mounts:
            fields, _, kind = mount.partition(" - ")
            if kind.split()[0] == "tmpfs":
                major, minor = fields.split()[2].split(":")
                devices.add(os.makedev(int(major), int(minor)))
    return devices


def read_pss(pid):
    sizes = {}
    with open(f"/proc/{pid}/smaps_rollup", "rb") as lines:
        for line in lines:
            words = line.split()
            if words[0].startswith(b"Pss"):
                sizes[words[0]] = int(words[1]) * 1024
    return Pss(sizes[b"Pss:"], sizes[b"Pss_Anon:"])


def read_arguments(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read()


def find_children(pid):
    children = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                children += [int(child) for child in file.read().split()]
        except OSError:  # it has just ended
            continue
    return children


def is_worker(pid, manager):
    """Says whether a child is a worker, and not still on its way from the manager to that."""
    try:
        return (os.path.samefile(f"/proc/{pid}/exe", f"/proc/{manager}/exe")
                and read_arguments(pid) != read_arguments(manager))
    except OSError:  # it has just ended
        return False


def find_open_shmem(pid, tmpfs):
    """Returns {file: bytes} of the unlinked files in memory that a process holds open."""
    files = {}
    folder = f"/proc/{pid}/fd"
    for name in os.listdir(folder):
        try:
            path = os.path.join(folder, name)
            facts = os.stat(path)
            is_memory = os.readlink(path).startswith("/memfd:") or facts.st_dev in tmpfs
        except OSError:  # closed in the meantime
            continue
        if is_memory and facts.st_nlink == 0:
            files[facts.st_dev, facts.st_ino] = facts.st_blocks * 512
    return files


def take_sample(manager, tmpfs):
    """Returns what the processes of a pool have; raises OSError when it has ended."""
    workers = []
    files = find_open_shmem(manager, tmpfs)
    for pid in find_children(manager):
        if not is_worker(pid, manager):
            continue
        try:
            pss = read_pss(pid)
            files.update(find_open_shmem(pid, tmpfs))
        except OSError:  # it has just ended
            continue
        workers.append(pss)
    own = read_pss(manager)
    return Sample(own.all, sum(pss.all for pss in workers),
                  own.anonymous + sum(pss.anonymous for pss in workers),
                  sum(files.values()), len(workers))


def get_total(sample):
    return sample.manager + sample.workers + sample.shmem


def print_heading():
    print(f"\n{'KiB: PSS and shmem':<28} {'workers':>7} {'median':>8} {'peak':>8} {'last':>8}"
          f" {'manager':>8} {'workers':>8} {'anon.':>8} {'shmem':>8}")


def tell(name, samples):
    """Prints and returns a row."""
    def find_median(values):
        return statistics.median(values) / 1024

    totals = [get_total(sample) for sample in samples]
    row = {
        "name": name,
        "samples": len(samples),
        "workers": statistics.median(sample.n_workers for sample in samples),
        "kib": find_median(totals),
        "peak_kib": max(totals) / 1024,
        # To be seen beside the median: it must not grow from job to job.
        "last_tenth_kib": find_median(totals[-max(1, len(totals) // 10):]),
        "manager_kib": find_median(sample.manager for sample in samples),
        "workers_kib": find_median(sample.workers for sample in samples),
        "anonymous_kib": find_median(sample.anonymous for sample in samples),
        "shmem_kib": find_median(sample.shmem for sample in samples),
    }
    print(f"{name:<28} {row['workers']:>7.0f} {row['kib']:>8.0f} {row['peak_kib']:>8.0f}"
          f" {row['last_tenth_kib']:>8.0f} {row['manager_kib']:>8.0f} {row['workers_kib']:>8.0f}"
          f" {row['anonymous_kib']:>8.0f} {row['shmem_kib']:>8.0f}", flush=True)
    return row


def use_each_worker(process, folder, workers):
    """Has each worker of a pool run a job; they are all there when all have come to the gate."""
    gate, reports = (os.open(os.path.join(folder, name), os.O_RDWR | os.O_CLOEXEC)
                     for name in ("gate", "reports"))
    try:
        process.stdin.write(b"word\n" * workers)
        process.stdin.flush()
        seen = b""
        while seen.count(b"\n") < workers:
            seen += os.read(reports, 4096)
        if len(set(seen.split())) != workers:
            raise Failure("memory: two jobs were run by the same worker")
        os.write(gate, b"\n" * workers)
        for _ in range(workers):
            process.stdout.readline()
    finally:
        os.close(gate)
        os.close(reports)


def measure_idle(workers, folder, environment, tmpfs):
    """Measures a pool whose workers have all had a job, and that waits for input."""
    os.mkdir(folder)
    for name in ("gate", "reports"):
        os.mkfifo(os.path.join(folder, name))
    job = f"echo $PPID >{folder}/reports; read line <{folder}/gate; echo"
    argv = [os.environ["APOOL_PROGRAM"], f"-j{workers}", "--workers", str(workers), job]
    with subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        use_each_worker(process, folder, workers)
        samples = []
        for _ in range(IDLE_SAMPLES):
            samples.append(take_sample(process.pid, tmpfs))
            time.sleep(TICK_MSEC / 1000)
        process.stdin.close()
        if process.wait() != 0 or any(sample.n_workers != workers for sample in samples):
            raise Failure(f"memory: no idle pool of {workers} workers")
    return tell(f"idle, --workers {workers}", samples)


def watch(pid, tmpfs, tick_msec):
    """Returns samples of a pool until it has ended, the first one at once."""
    samples = []
    end = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(end, select.POLLIN)
        while True:
            samples.append(take_sample(pid, tmpfs))
            if poll.poll(tick_msec):
                break
    except OSError:  # it has ended while it was looked at
        pass
    finally:
        os.close(end)
    return samples


def watch_run(argv, stdin_path, stdout_path, environment, tick_msec=TICK_MSEC):
    """Runs a pool to its end. Returns (samples, CPU seconds, wall seconds, exit status)."""
    tmpfs = find_tmpfs_devices()
    begin = time.monotonic()
    pid = start(argv, stdin_path, stdout_path, environment)
    samples = watch(pid, tmpfs, tick_msec)
    return samples, *wait(pid, begin)


def measure_busy(name, jobs, options, folder, environment):
    """Measures a pool while it runs small jobs."""
    stdout_path = os.path.join(folder, "output")
    argv = [os.environ["APOOL_PROGRAM"], f"-j{AT_ONCE}", *options, "/bin/echo"]
    samples, _, _, status = watch_run(argv, make_input(folder, jobs), stdout_path, environment)
    if status != 0 or count_lines(stdout_path) != jobs or not samples:
        raise Failure(f"memory: {name}: the jobs were not done")
    return tell(name, samples)


def measure_all(scale, folder, environment):
    """Prints and returns a row for each pool."""
    tmpfs = find_tmpfs_devices()
    jobs = max(1000, int(JOBS * scale))
    print_heading()
    rows = [measure_idle(workers, os.path.join(folder, str(workers)), environment, tmpfs)
            for workers in IDLE_WORKERS]
    rows.append(measure_busy(f"{jobs} jobs", jobs, [], folder, environment))
    rows.append(measure_busy(f"{jobs} jobs, replaced each 100", jobs,
                             ["--max-tasks-per-worker", "100"], folder, environment))
    return rows
