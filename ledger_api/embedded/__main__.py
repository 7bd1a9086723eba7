"""Runs the chain: python -m ledger_api.embedded --data-dir FOLDER --port PORT."""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

import waitress

from ledger_api.embedded.blocks import Chain
from ledger_api.embedded.json_rpc import BODY_LIMIT_BYTES, Application
from ledger_api.embedded.producer import Producer
from ledger_api.embedded.storage import AlreadyInUse

THREADS = 8
READY = "embedded chain ready:"


def main(arguments: list[str] | None = None) -> int:
    """Serves until SIGTERM or SIGINT; exit status 2 if it cannot start."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    try:
        chain = Chain(Path(options.data_dir), options.chain_id, options.genesis_time)
    except AlreadyInUse as error:
        print(f"return-ledger: {error}", file=sys.stderr)
        return 2
    producer = Producer(chain, options.block_interval, clock_of(options.clock))
    try:
        server = waitress.create_server(
            Application(chain, producer),
            host=options.host,
            port=options.port,
            threads=THREADS,
            max_request_body_size=BODY_LIMIT_BYTES + 1,
            ident=None,
        )
    except OSError as error:
        print(f"return-ledger: port {options.port} cannot be used ({error.strerror})", file=sys.stderr)
        return 2
    producer.start()
    threading.Thread(target=server.run, name="json-rpc", daemon=True).start()
    print(f"{READY} http://{options.host}:{server.effective_port} chain_id={chain.chain_id}", flush=True)
    _wait(options.with_parent)
    producer.stop()
    server.close()
    chain.storage.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ledger_api.embedded", description="The embedded chain.")
    parser.add_argument("--data-dir", required=True, metavar="FOLDER")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--block-interval", type=float, default=1.0, metavar="SECONDS", help="least time between blocks"
    )
    parser.add_argument("--chain-id", type=int, help="for a new folder; default: random")
    parser.add_argument("--genesis-time", type=int, help="for a new folder, Unix seconds; default: now")
    parser.add_argument("--clock", metavar="FILE", help="take the time from a file, Unix seconds; for tests")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    return parser


def clock_of(path: str | None):
    """The wall clock, or what a test writes into a file."""
    return time.time if path is None else lambda: float(Path(path).read_text())


def _wait(with_parent: bool) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        threading.Thread(target=_watch_input, args=(stop,), daemon=True).start()
    while not stop.wait(1):
        pass


def _watch_input(stop: threading.Event) -> None:
    """The parent holds the other end of standard input; when it dies, this ends."""
    while os.read(0, 1):
        pass
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
