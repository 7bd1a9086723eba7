"""Run the contracts' fuzz and invariant tests, and say how often each action was tried and succeeded.

    python scripts/fuzz.py         a minute, always the same histories
    python scripts/fuzz.py --long  more than a million calls, other histories each time

Exits with 1 where a promise is not kept, or where an action hardly ever succeeds: then the tests show nothing.
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHORT_SEED = "0x5eed5"
THREADS = "2"
COUNTS = Path(".build") / "fuzz-counts.txt"  # Where foundry.toml lets the tests write.
LEAST_SUCCESSES_PER_RUN = 0.05
FIELDS_PER_NAME = 4  # Name, calls, attempts, successes.


def run_forge(root: Path, profile: str, seed: str, *options: str) -> subprocess.CompletedProcess:
    """`forge test` under a profile of foundry.toml; its output is printed unless it is captured with options."""
    environment = os.environ | {"FOUNDRY_PROFILE": profile, "FUZZ_COUNTS": str(COUNTS)}
    command = [root / "node_modules" / ".bin" / "forge", "test", "--threads", THREADS, "--fuzz-seed", seed, *options]
    (root / COUNTS).parent.mkdir(exist_ok=True)
    (root / COUNTS).unlink(missing_ok=True)
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


def read_counts(path: Path) -> tuple[int, dict[str, list[int]]]:
    """Number of runs; and of each action how often it was called, tried and recorded."""
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    lines = path.read_text().splitlines() if path.exists() else []
    for line in lines:
        words = line.split()
        for start in range(0, len(words), FIELDS_PER_NAME):
            name, *numbers = words[start : start + FIELDS_PER_NAME]
            totals[name] = [total + int(number) for total, number in zip(totals[name], numbers, strict=True)]
    return len(lines), dict(totals)


def table(totals: dict[str, list[int]]) -> str:
    rows = [f"{'action':<22} {'tried':>10} {'recorded':>10} {'share':>6}"]
    for name, (_, tried, recorded) in sorted(totals.items()):
        if tried:
            rows.append(f"{name:<22} {tried:>10,} {recorded:>10,} {recorded / tried:>6.0%}")
    tried, recorded = (sum(numbers[column] for numbers in totals.values()) for column in (1, 2))
    rows.append(f"{'all':<22} {tried:>10,} {recorded:>10,} {recorded / max(tried, 1):>6.0%}")
    return "\n".join(rows)


def idle(runs: int, totals: dict[str, list[int]]) -> list[str]:
    """Actions that hardly ever succeeded."""
    least = max(1, runs * LEAST_SUCCESSES_PER_RUN)
    return sorted(name for name, (_, tried, recorded) in totals.items() if tried and recorded < least)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz the contracts.")
    parser.add_argument("--long", action="store_true", help="more than a million calls, other histories each time")
    parser.add_argument("--seed", help="the histories of an earlier run")
    given = parser.parse_args()
    seed = given.seed or (hex(secrets.randbits(64)) if given.long else SHORT_SEED)
    print(f"Compiling and fuzzing the contracts, seed {seed} …", flush=True)
    started = time.monotonic()
    done = run_forge(ROOT, "long" if given.long else "default", seed)
    seconds = time.monotonic() - started
    runs, totals = read_counts(ROOT / COUNTS)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}\nSeed {seed}")
    print(*(line for line in done.stdout.splitlines() if "[PASS]" in line), table(totals), sep="\n")
    print(f"{runs:,} histories in {seconds:,.0f} s, compiling included")
    if not runs:
        sys.exit("No history was counted.")
    if names := idle(runs, totals):
        sys.exit(f"Hardly ever recorded: {', '.join(names)}. Such a run shows nothing about them.")


if __name__ == "__main__":
    main()
