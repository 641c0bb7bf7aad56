"""Runs the benchmark programs with two engines in turns and prints a table. Started by bench_engine.sh."""

import argparse
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile


def measured(command):
    """Processor seconds of one run, and what it printed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            err.seek(0)
            lines = err.read().decode(errors="replace").strip().splitlines() or [""]
            raise SystemExit(f"{' '.join(command)} exited with {process.returncode}: {lines[-1]}")
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, out.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pyrust", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--markdown", type=pathlib.Path, help="write the table to this file, too")
    parser.add_argument("--at-least", type=float, default=0.0, help="exit with 1 if the geometric mean is below")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()

    engines = {
        "pyrust": [options.pyrust, "--no-daemon"],
        "python": [options.python, "-I", "-S"],
    }
    programs = sorted(options.programs.glob("*.py"))
    if options.names:
        programs = [p for p in programs if p.stem in options.names]
    if not programs:
        raise SystemExit(f"no such program in {options.programs}")

    startup = {}
    with tempfile.NamedTemporaryFile(suffix=".py") as empty:
        for name, command in engines.items():
            times = [measured([*command, empty.name])[0] for _ in range(max(options.rounds, 10))]
            startup[name] = statistics.median(times)

    version = subprocess.run([options.python, "-V"], capture_output=True, text=True).stdout.strip()
    lines = [
        f"pyrust against {version}: processor time in ms (user + system), {options.rounds} rounds in turns,",
        f"less the start-up on an empty script: pyrust {startup['pyrust'] * 1e3:.1f} ms, "
        f"CPython {startup['python'] * 1e3:.1f} ms. Ratio: CPython's median / pyrust's median.",
        "",
        "| program | pyrust min | pyrust median | CPython min | CPython median | ratio |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    ratios = []
    for program in programs:
        times = {name: [] for name in engines}
        outputs = {}
        for _ in range(options.rounds):
            for name, command in engines.items():
                seconds, output = measured([*command, str(program)])
                times[name].append(max(seconds - startup[name], 1e-6))
                if outputs.setdefault(name, output) != output:
                    raise SystemExit(f"{program.stem}: {name} printed two different things")
        if outputs["pyrust"] != outputs["python"]:
            raise SystemExit(f"{program.stem}: the engines printed different things")
        ours = statistics.median(times["pyrust"])
        theirs = statistics.median(times["python"])
        ratios.append(theirs / ours)
        lines.append(
            f"| {program.stem} | {min(times['pyrust']) * 1e3:.0f} | {ours * 1e3:.0f} "
            f"| {min(times['python']) * 1e3:.0f} | {theirs * 1e3:.0f} | {theirs / ours:.2f} |"
        )
        print(f"{program.stem}: {theirs / ours:.2f}", file=sys.stderr)
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    lines.append(f"| **geometric mean of {len(ratios)}** | | | | | **{mean:.2f}** |")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if options.markdown:
        options.markdown.write_text(text)
    if mean < options.at_least:
        raise SystemExit(f"the geometric mean {mean:.2f} is below {options.at_least}")


main()
