# SPDX-License-Identifier: MIT
"""embed.py NAME SOURCE TARGET: makes a C header of a text file: the string NAME."""

import sys


def quote(line: bytes) -> str:
    text = ""
    for byte in line:
        char = chr(byte)
        if char in '"\\':
            text += "\\" + char
        elif 32 <= byte < 127:
            text += char
        else:
            text += f"\\{byte:03o}"
    return f'"{text}"'


def main() -> None:
    name, source, target = sys.argv[1:]
    with open(source, "rb") as file:
        lines = file.read().splitlines(keepends=True)
    with open(target, "w", encoding="ascii") as file:
        file.write(f"static const char {name}[] =\n")
        file.write("\n".join(f"  {quote(line)}" for line in lines))
        file.write(";\n")


main()
