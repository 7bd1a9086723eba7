"""Prove the refund rule's bounds, and that a refund is paid once, for all amounts: halmos on tests/proofs/.

    python scripts/prove.py          all checks
    python scripts/prove.py --plant  put faults into a copy of the rule, and see a counterexample to each

Exits with 1 where a check fails or is not decided in time, or where a fault is not found.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from mutate import Fault, FaultTextMissing, apply  # noqa: E402  beside this file
from solve import LIMIT_S  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-halmos" / "bin"
PROOFS = Path("tests/proofs/RefundRuleProofs.sol")
RULE = "contracts/libraries/RefundRule.sol"
COPIED = ("contracts", "tests/proofs", "tests/forge/Vm.sol", "foundry.toml")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
VERDICT = re.compile(r"^\[(\w+)\] (check_\w+)\(.*time: ([\d.]+)s", re.MULTILINE)

# Each with the check that has to notice it.
PLANTED = {
    Fault("a reduction is above the whole", RULE, "goodsMinor * basisPoints /", "goodsMinor * (basisPoints + 1) /"): (
        "check_aReductionIsAtMostTheWhole"
    ),
    Fault(
        "a share is that of all pieces so far",
        RULE,
        "return total * (before + pieces) / quantity - total * before / quantity;",
        "return total * (before + pieces) / quantity;",
    ): "check_neighbouringSharesAddUp",
    Fault("what is due is not capped", RULE, "owed < availableMinor ?", "owed > availableMinor ?"): (
        "check_boundsOfOneLine"
    ),
    Fault("what was paid is due again", RULE, "        owed -= earlierMinor;\n", ""): "check_aChangeOfMindIsPaidOnce",
}


def run_halmos(tree: Path, checks: str, *options: str) -> tuple[int, str]:
    """Exit code and output. `checks` is a regular expression."""
    path = os.pathsep.join([str(ROOT / "node_modules" / ".bin"), os.environ["PATH"]])
    environment = os.environ | {"FOUNDRY_PROFILE": "prove", "PATH": path}
    command = [VENV / "halmos", "--forge-build-out", ".build/prove", "--match-test", checks, "--no-status", *options]
    command += ["--panic-error-codes", "*"]  # Overflows too, not only `assert`.
    command += ["--solver-command", f"{VENV / 'python'} {ROOT / 'scripts' / 'solve.py'}", "--solver-threads", "1"]
    # The solvers end by themselves a little earlier. Branches that cannot be are worth a moment: each makes questions.
    command += ["--solver-timeout-assertion", f"{LIMIT_S + 10}s", "--solver-timeout-branching", "50ms"]
    done = subprocess.run(
        command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.returncode, COLOUR.sub("", done.stdout)


def prove() -> None:
    expected = set(re.findall(r"function (check_\w+)", (ROOT / PROOFS).read_text()))
    print(f"Proving {len(expected)} checks, a few minutes …", flush=True)
    started = time.monotonic()
    code, output = run_halmos(ROOT, "^check_")
    verdicts = VERDICT.findall(output)
    for verdict, name, seconds in verdicts:
        print(f"{name:<36} {verdict:<8} {float(seconds):>5.0f} s")
    proven = {name for verdict, name, _ in verdicts if verdict == "PASS"}
    # halmos only warns where it did not follow a loop to its end.
    if code or proven != expected or "WARNING" in output:
        sys.exit(f"{output}\nNot proven: {', '.join(sorted(expected - proven)) or 'see above'}")
    print(f"All {len(proven)} checks are proven, in {time.monotonic() - started:,.0f} s, compiling included.")


def plant() -> None:
    missed = []
    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        tree = Path(folder)
        for name in COPIED:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy2)(ROOT / name, tree / name)
        (tree / ".build").mkdir()
        shutil.copy2(ROOT / ".build" / "solc", tree / ".build" / "solc")
        print(f"{'fault':<38} {'s':>4}  noticed by", flush=True)
        for fault, check in PLANTED.items():
            started = time.monotonic()
            original = apply(fault, tree)
            code, output = run_halmos(tree, rf"^{check}\(", "--early-exit")
            (tree / fault.path).write_text(original)
            found = code and "Counterexample:" in output and f"[FAIL] {check}" in output
            print(f"{fault.name:<38} {time.monotonic() - started:>4.0f}  {check if found else 'NOBODY'}", flush=True)
            if not found:
                missed.append(f"{fault.name}\n{output}")
    if missed:
        sys.exit("\nNot noticed: ".join(["", *missed]))
    print(f"All {len(PLANTED)} faults were noticed.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Prove the refund rule.")
    parser.add_argument("--plant", action="store_true", help="see that faults in a copy of the rule are found")
    plant() if parser.parse_args().plant else prove()


if __name__ == "__main__":
    try:
        main()
    except FaultTextMissing as error:
        sys.exit(str(error))
