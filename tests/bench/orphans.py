# SPDX-License-Identifier: MIT
"""What is left when a tool has ended.

The table is of ways to end, of kinds of processes that a job has started, and of tools: each number
is how many processes of one job are still there a second after the tool has ended, of those that
the job has started and of itself. All of them have the same argument that nobody else has.
"""

import os
import select
import shutil
import signal
import subprocess
import time

from measure import Failure

PATIENCE_SECONDS = 30
LEFT_SECONDS = 1.0
HINT_SECONDS = 1.0  # who has not ended then is sent the same signal again

# What a job starts beside itself; $wait says that it is there, and waits for ever.
KINDS = {
    "plain": "$wait &",
    "pipeline": "$wait | $wait &",
    "nohup": "nohup $wait >/dev/null 2>&1 &",
    "setsid": "setsid $wait &",
    "daemon": "(setsid $wait >/dev/null 2>&1 &)",
    "env -i": "(env -i setsid $wait >/dev/null 2>&1 &)",
    "deaf": "(trap '' TERM HUP INT; exec $wait) &",
    "closed": "$wait <&- >&- 2>&- &",
}
ENDINGS = {"normal": None, "INT": signal.SIGINT, "TERM": signal.SIGTERM, "KILL": signal.SIGKILL}


def find_tools():
    tools = {"apool": [os.environ["APOOL_PROGRAM"], "-j1"]}
    for name, argv in {"GNU parallel": ["parallel", "--will-cite", "-j1"],
                       "xargs -P": ["xargs", "-P1", "-n1"]}.items():
        program = shutil.which(argv[0])
        if program:
            tools[name] = [program, *argv[1:]]
        else:
            print(f"{name}: not here, left out")
    return tools


def find_marked(mark):
    """Returns the process ids of all that have this argument."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue  # it is gone
        if mark.encode() in words:
            found.append(int(name))
    return found


def await_end(pid, seconds):
    """Returns whether the process ends in time."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([fd], [], [], max(0.0, seconds))[0])
    finally:
        os.close(fd)


def count_survivors(mark):
    """Returns how many are left when the time is over, and ends them."""
    deadline = time.monotonic() + LEFT_SECONDS
    while True:
        pids = find_marked(mark)
        if not pids or not await_end(pids[0], deadline - time.monotonic()):
            break
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return len(pids)


class Cell:
    """One run of a tool with one job."""

    def __init__(self, folder, mark, kind, is_short):
        self.folder = folder
        self.mark = mark
        os.mkdir(folder)
        self.reports = self.make_fifo("reports")
        self.gate = self.make_fifo("gate")
        self.n_expected = KINDS[kind].count("$wait") + 1
        self.write("wait", f"echo up >{folder}/reports\nexec sleep $1\n")
        last = (f"echo up >{folder}/reports\nread line <{folder}/gate\n" if is_short
                else f"exec sh {folder}/wait $1\n")
        self.write("job", f"wait='sh {folder}/wait {mark}'\n{KINDS[kind]}\n{last}")

    def make_fifo(self, name):
        path = os.path.join(self.folder, name)
        os.mkfifo(path)
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="ascii") as file:
            file.write(text)

    def await_processes(self):
        lines = 0
        while lines < self.n_expected:
            if not select.select([self.reports], [], [], PATIENCE_SECONDS)[0]:
                raise Failure("orphans: a job does not start")
            lines += os.read(self.reports, 4096).count(b"\n")

    def end(self, process, signum):
        if signum is None:
            os.write(self.gate, b"\n")
        else:
            process.send_signal(signum)
            if not await_end(process.pid, HINT_SECONDS):
                process.send_signal(signum)
        if not await_end(process.pid, PATIENCE_SECONDS):
            process.kill()
        process.wait()

    def run(self, argv, signum, environment):
        environment = {**environment, "HOME": self.folder, "PARALLEL_HOME": self.folder}
        process = subprocess.Popen([*argv, "sh", f"{self.folder}/job"], env=environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        process.stdin.write(f"{self.mark}\n".encode())
        process.stdin.close()
        self.await_processes()
        self.end(process, signum)
        os.close(self.reports)
        os.close(self.gate)
        return count_survivors(self.mark)


def measure_table(folder, environment):
    print(f"\n{'processes left after the end':<26}" + "".join(f"{kind:>9}" for kind in KINDS)
          + "   (aim: 0)")
    rows = []
    for tool, argv in find_tools().items():
        for ending, signum in ENDINGS.items():
            left = {}
            for kind in KINDS:
                number = len(rows) * len(KINDS) + len(left)
                cell = Cell(os.path.join(folder, f"cell-{number}"),
                            f"{100000 + os.getpid()}.{number}", kind, signum is None)
                left[kind] = cell.run(argv, signum, environment)
            rows.append({"tool": tool, "ending": ending, "left": left})
            print(f"{tool:<14} {ending:<11}" + "".join(f"{n:>9}" for n in left.values()),
                  flush=True)
    return rows


def measure_all(folder, environment):
    return {"left": measure_table(folder, environment)}
