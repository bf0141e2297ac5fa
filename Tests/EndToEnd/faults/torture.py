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
COUNTED = {"kills": r"(\d+) kills", "power cuts": r"(\d+) power cuts", "fault points": r": (\d+) points",
           "damaged files": r"of (\d+) damaged files"}


def main(seconds: int) -> int:
    end, rounds, totals = time.monotonic() + seconds, 0, dict.fromkeys(COUNTED, 0)
    while rounds == 0 or time.monotonic() < end:
        seed = str(random.SystemRandom().randrange(2**32))
        sizes = {"DURABILITY_CYCLES": "100", "POWER_CUTS": "200", "DAMAGES": "30"}
        print(f"round {rounds + 1}: DURABILITY_SEED={seed} " + " ".join(f"{k}={v}" for k, v in sizes.items()), flush=True)
        outcome = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-s", "-n", "0", FOLDER / "test_durability.py", FOLDER / "test_faults.py"],
            env={**sizes, **os.environ, "DURABILITY_SEED": seed}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if outcome.returncode != 0:
            print(outcome.stdout)
            return 1
        for name, pattern in COUNTED.items():
            totals[name] += sum(int(number) for number in re.findall(pattern, outcome.stdout))
        rounds += 1
    print(", ".join(f"{count} {name}" for name, count in totals.items()) + ": no acknowledged span lost")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
