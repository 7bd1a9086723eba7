"""Answer one question of halmos: yices on bits, and where that takes long also cvc5 on whole numbers; whoever is first.

    python scripts/solve.py QUESTION.smt2

On bits a multiplication takes forever; whole numbers start slowly and are poor at counterexamples.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

LIMIT_S = 120
QUICK_S = 0.3
# Neither is the quicker one for all questions.
WAYS: tuple[dict[str, str], ...] = ({}, {"nl-ext-tplanes": "true", "decision": "justification"})
# Without a model halmos takes a guess about its stand-ins for multiplications to be a counterexample.
ON_WHOLE_NUMBERS = {"produce-models": "true", "solve-bv-as-int": "sum", "tlimit": str(LIMIT_S * 1000)}
YICES = (
    Path(sys.executable).parent / "yices-smt2",
    f"--timeout={LIMIT_S}",
    "--smt2-model-format",
    "--bvconst-in-decimal",
)


def ask_cvc5(path: str, options: dict[str, str]) -> None:
    from cvc5 import InputLanguage, InputParser, Solver, SymbolManager, TermManager  # slow, and not always needed

    terms = TermManager()
    solver, symbols = Solver(terms), SymbolManager(terms)
    for name, value in options.items():
        solver.setOption(name, value)
    parser = InputParser(solver, symbols)
    parser.setFileInput(InputLanguage.SMT_LIB_2_6, path)
    while not (command := parser.nextCommand()).isNull():
        print(command.invoke(solver, symbols), end="", flush=True)


def start(*command: str | Path) -> subprocess.Popen:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def first_answer(path: str) -> str:
    started = time.monotonic()
    all_of_them = [start(*YICES, path)]
    thinking = list(all_of_them)
    try:
        while thinking or len(all_of_them) == 1:
            time.sleep(0.01)
            for process in [process for process in thinking if process.poll() is not None]:
                thinking.remove(process)
                answer = process.stdout.read()
                if answer.startswith(("sat", "unsat")):
                    return answer
            if len(all_of_them) == 1 and time.monotonic() - started > QUICK_S:
                others = [start(sys.executable, __file__, path, str(number)) for number in range(len(WAYS))]
                all_of_them += others
                thinking += others
    finally:
        for process in all_of_them:
            process.kill()
    return "unknown\n"


def main() -> None:
    path, *way = sys.argv[1:]
    if way:
        ask_cvc5(path, ON_WHOLE_NUMBERS | WAYS[int(way[0])])
    else:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # So that the solvers end with it.
        print(first_answer(path), end="")


if __name__ == "__main__":
    main()
