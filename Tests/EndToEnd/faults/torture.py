#!/usr/bin/env python3
"""Kills, power cuts, failing disks and damaged files with ever new seeds for so many seconds: torture.py SECONDS"""

import os
import pathlib
import random
import re
import subprocess
import sys
import time

FOLDER = pathlib.Path(__file__).resolve().parents[1]
SIZES = {"DURABILITY_CYCLES": "250", "POWER_CUTS": "250", "PURGE_KILLS": "25", "DAMAGES": "30"}
COUNTED = {"kills": r"(\d+) kills,", "power cuts": r"(\d+) power cuts", "kills amid purges": r"(\d+) kills amid purges",
           "fault points": r": (\d+) points", "damaged files": r"of (\d+) damaged files"}
#: The first round runs every test of the suite; later ones those that their seed makes new.
SEEDED = "kill_9 or power_cuts or damaged"


def main(seconds: int) -> int:
    begin, rounds, totals = time.monotonic(), 0, dict.fromkeys(COUNTED, 0)
    while rounds == 0 or time.monotonic() < begin + seconds:
        seed = str(random.SystemRandom().randrange(2**32))
        outcome = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-s", "-n", "0", "-k", SEEDED if rounds else "",
             *(FOLDER / f"test_{name}.py" for name in ("durability", "faults", "purging"))],
            env={**SIZES, **os.environ, "DURABILITY_SEED": seed}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if outcome.returncode != 0:
            print(outcome.stdout)
            print(f"failed: DURABILITY_SEED={seed} " + " ".join(f"{name}={value}" for name, value in SIZES.items()))
            return 1
        for name, pattern in COUNTED.items():
            totals[name] += sum(int(number) for number in re.findall(pattern, outcome.stdout))
        rounds += 1
        print(f"round {rounds}, DURABILITY_SEED={seed}, {time.monotonic() - begin:.0f} s: "
              + ", ".join(f"{count} {name}" for name, count in totals.items()), flush=True)
    print("no acknowledged span lost")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
