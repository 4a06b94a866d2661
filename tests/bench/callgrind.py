# SPDX-License-Identifier: MIT
"""Runs programs under callgrind, and reads where they executed how many instructions.

Instructions are repeatable where seconds are not. Those that all jobs have in common, of the start
and the end, go away in the difference of a run of many jobs and one of few.
"""

import collections
import glob
import os
import re
import shutil
import subprocess
from collections import namedtuple

from measure import Unavailable

# The command, how many instructions, and how many in each (object, source file).
Profile = namedtuple("Profile", "command total places")

NAME = re.compile(r"(ob|fl|fi|fe|cob|cfi|cfl)=(?:\((\d+)\))? ?(.*)")


class Names:
    """The names in a file, which has each of them once, and a number behind."""

    def __init__(self):
        self.by_number = {}

    def find(self, kind, number, name):
        key = "ob" if kind.endswith("ob") else "fl", number
        if name:
            self.by_number[key] = name
        return self.by_number.get(key, "")


def read_profile(path):
    """Returns what a file of callgrind's says of itself, without what was called from there."""
    names = Names()
    command, place, is_call = "", {"ob": "", "fl": ""}, False
    places = collections.Counter()
    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        for line in map(str.rstrip, lines):
            if line.startswith("cmd: "):
                command = line[5:]
            elif line.startswith("calls="):
                is_call = True
            elif found := NAME.fullmatch(line):
                kind, number, name = found.groups()
                name = names.find(kind, number or name, name)
                if not kind.startswith("c"):
                    place["ob" if kind == "ob" else "fl"] = name
            elif line[:1] in "0123456789+-*" and " " in line:
                if not is_call:
                    places[place["ob"], place["fl"]] += int(line.split()[-1])
                is_call = False
    return Profile(command, sum(places.values()), places)


def run(argv, folder, environment, *options):
    """Runs a program under callgrind. Returns the profile of each process."""
    valgrind = shutil.which("valgrind", path=environment.get("PATH"))
    if not valgrind:
        raise Unavailable("valgrind is not here")
    for path in glob.glob(os.path.join(folder, "callgrind.*")):
        os.unlink(path)
    process = subprocess.run(
        [valgrind, "--quiet", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.%p",
         *options, *argv], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, check=False)
    if process.returncode != 0:
        why = process.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise Unavailable(f"valgrind ends with {process.returncode}: {' '.join(why)}")
    return [read_profile(path) for path in glob.glob(os.path.join(folder, "callgrind.*"))]
