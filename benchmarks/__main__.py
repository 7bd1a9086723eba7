"""Runs every benchmark, one after another, each in a process of its own: python -m benchmarks [NAME …]."""

import signal
import subprocess
import sys
import time

TIMEOUT_S = {
    "gas": 90,
    "embedded": 150,
    "relay": 90,
    "index": 120,
    "pages": 300,
}  # together less than a quarter of an hour
STOP_TIMEOUT_S = 15


def main(names: list[str]) -> int:
    """0 if all ran and kept their bounds."""
    unknown = [name for name in names if name not in TIMEOUT_S]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(TIMEOUT_S)}", file=sys.stderr)
        return 2
    broken = [name for name in names or TIMEOUT_S if not _run(name)]
    if broken:
        print(f"Broken: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


def _run(name: str) -> bool:
    print(f"=== {name}", flush=True)
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", f"benchmarks.{name}"])
    try:
        status = process.wait(TIMEOUT_S[name])
    except subprocess.TimeoutExpired:
        print(f"{name} did not end within {TIMEOUT_S[name]} seconds", file=sys.stderr)
        status = 1
    finally:
        _end(process)
    print(f"=== {name}: {time.monotonic() - started:.0f} s\n", flush=True)
    return status == 0


def _end(process: subprocess.Popen) -> None:
    """An interrupt, so that it ends the nodes that it started."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
