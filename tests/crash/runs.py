# SPDX-License-Identifier: MIT
"""Starts apool, sees how far its jobs are, and ends it in many ways."""

import os
import select
import signal
import subprocess
import time

PATIENCE_SEC = 180  # for anything to be heard of a run
QUIET_SEC = 30  # for all processes of a run that was killed to be gone


class Failure(Exception):
    """What was promised is not so."""


def open_reports(folder):
    """Makes the FIFO that jobs write to; it never comes to an end."""
    path = os.path.join(folder, "reports")
    os.mkfifo(path)
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)


def drain(fd):
    """Takes what is in a FIFO. Returns how many lines it was."""
    n_lines = 0
    while True:
        try:
            data = os.read(fd, 65536)
        except BlockingIOError:
            return n_lines
        n_lines += data.count(b"\n")


def read_file(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:  # the process is gone, or is another user's
        return b""


def find_marked(mark):
    """Returns the ids of the processes that have a word in their environment."""
    me = os.getpid()
    ids = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != me]
    return [pid for pid in ids if mark in read_file(f"/proc/{pid}/environ").split(b"\0")]


def wait_for_quiet(mark):
    """Waits until no process has the word any more. Returns the seconds that took."""
    begin = time.monotonic()
    while pids := find_marked(mark):
        left = begin + QUIET_SEC - time.monotonic()
        if left <= 0:
            names = [read_file(f"/proc/{pid}/cmdline") for pid in pids]
            for pid in pids:
                send(pid, signal.SIGKILL)
            raise Failure(f"still there after {QUIET_SEC} s: {names}")
        wait_for_end(pids[0], left)
    return time.monotonic() - begin


def wait_for_end(pid, seconds):
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    poll.poll(seconds * 1000)
    os.close(fd)


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


class Run:
    """One start of apool."""

    def __init__(self, argv, environment, mark, reports, folder, stdin_path, is_piped):
        self.mark = mark
        self.reports = reports
        self.feeder = None
        self.program = os.path.realpath(argv[0])
        drain(reports)
        name, value = mark.decode().split("=", 1)
        environment = dict(environment, **{name: value})
        self.out_path = os.path.join(folder, "out")
        self.err_path = os.path.join(folder, "err")
        with open(self.out_path, "wb") as out, open(self.err_path, "wb") as err:
            self.process = subprocess.Popen(argv, env=environment, cwd=folder, stdout=out,
                                            stderr=err, stdin=self.feed(stdin_path, is_piped))
        if self.feeder:
            self.feeder.stdout.close()
        self.pidfd = os.pidfd_open(self.process.pid)
        self.poll = select.poll()
        self.poll.register(reports, select.POLLIN)
        self.poll.register(self.pidfd, select.POLLIN)

    def feed(self, path, is_piped):
        if path is None:
            return subprocess.DEVNULL
        if not is_piped:
            return open(path, "rb")
        self.feeder = subprocess.Popen(["cat", path], stdout=subprocess.PIPE)
        return self.feeder.stdout

    def hear(self, msec):
        """Waits for what comes next. Returns (lines of reports, whether it has ended)."""
        ready = dict(self.poll.poll(msec))
        return drain(self.reports) if self.reports in ready else 0, self.pidfd in ready

    def wait_until(self, n_reports, delay_sec):
        """Waits for so many reports of jobs, then so long. Returns whether it still runs."""
        while n_reports > 0:
            n_lines, has_ended = self.hear(PATIENCE_SEC * 1000)
            if has_ended:
                return False
            if n_lines == 0:
                raise Failure("nothing is heard of the run any more")
            n_reports -= n_lines
        until = time.monotonic() + delay_sec
        while (left := until - time.monotonic()) > 0:
            if self.hear(left * 1000)[1]:
                return False
        return True

    def find_workers(self):
        pid = self.process.pid
        children = read_file(f"/proc/{pid}/task/{pid}/children").split()
        return [int(child) for child in children if self.is_own(int(child))]

    def is_own(self, pid):
        try:
            return os.readlink(f"/proc/{pid}/exe") == self.program
        except OSError:
            return False

    def kill_all(self):
        """Ends manager and workers; none has time to see that another one has gone."""
        pids = [self.process.pid, *self.find_workers()]
        for pid in pids:
            send(pid, signal.SIGSTOP)
        for pid in pids:
            send(pid, signal.SIGKILL)

    def finish(self):
        """Waits for its end. Returns its status, as subprocess has it."""
        while True:
            n_lines, has_ended = self.hear(PATIENCE_SEC * 1000)
            if has_ended:
                break
            if n_lines == 0:
                raise Failure("the run does not end")
        return self.process.wait()

    def close(self):
        """Ends what is left of it, if something went wrong; else there is nothing left."""
        self.process.kill()
        self.process.wait()
        if self.feeder:
            self.feeder.kill()
            self.feeder.wait()
        os.close(self.pidfd)
