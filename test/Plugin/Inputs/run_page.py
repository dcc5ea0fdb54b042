"""Checks that the commands of a page print what it says.

A comment before a block says what it is: `input`, `output of mlir-opt …` or
`errors of mlir-opt …` on the last input, or on a file: `… < FILE`. An error is
given without what MLIR adds to show the op; of `first error of …`, the others
are MLIR's own. `--write` puts what the commands print into the page.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"^<!-- (?P<what>.*) -->\n```(?P<language>\w*)\n(?P<text>(?:.*\n)*?)```\n", re.MULTILINE)
COMMAND = re.compile(r"(output|errors|first error) of mlir-opt([^<]*)(?:< (.*))?")

parser = argparse.ArgumentParser()
parser.add_argument("page", type=Path)
parser.add_argument("--plugin", required=True)
parser.add_argument("--root", type=Path, required=True)
parser.add_argument("--write", action="store_true")
arguments = parser.parse_args()


def run(kind, options, source):
    command = ["mlir-opt", "--load-dialect-plugin=" + arguments.plugin, *options]
    done = subprocess.run(command, input=source, capture_output=True)
    if (done.returncode == 0) != (kind == "output"):
        sys.exit(f"{' '.join(options)} ends with {done.returncode}:\n{done.stderr.decode()}")
    if kind == "output":
        return done.stdout.decode().rstrip() + "\n"
    lines = [
        line.removeprefix("<stdin>:")
        for line in done.stderr.decode().splitlines()
        if line.startswith("<stdin>:") and "note: see current operation" not in line
    ]
    return "".join(line + "\n" for line in (lines[:1] if kind == "first error" else lines))


page = arguments.page.read_text()
found, source, commands, differ = [], b"", 0, []
for block in BLOCK.finditer(page):
    if block["what"] == "input":
        source = block["text"].encode()
        continue
    command = COMMAND.fullmatch(block["what"])
    if not command:
        sys.exit(f"expected a comment that says what its block is, but got `{block['what']}`")
    kind, options, file = command.groups()
    printed = run(kind, options.split(), (arguments.root / file).read_bytes() if file else source)
    commands += 1
    if printed != block["text"]:
        differ.append(f"{block['what']}\nexpected:\n{block['text']}got:\n{printed}")
        found.append((block.span("text"), printed))

if page.count(" of mlir-opt") != commands or commands == 0:
    sys.exit(f"expected a block after each command, but got {commands} with one")
if arguments.write:
    for (start, end), printed in reversed(found):
        page = page[:start] + printed + page[end:]
    arguments.page.write_text(page)
elif differ:
    sys.exit("\n".join(differ))
