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

from ledger_api.embedded.blocks import Chain, OtherChain
from ledger_api.embedded.json_rpc import BLOCK_RANGE_LIMIT, BODY_LIMIT_BYTES, Application, Methods
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
        chain = Chain(Path(options.data_dir), options.chain_id, options.genesis_time, tuple(options.prefund))
    except (AlreadyInUse, OtherChain) as error:
        return _refuse(str(error))
    producer = Producer(chain, options.block_interval, clock_of(options.clock))
    methods = Methods(chain, producer, options.log_block_range)
    try:
        server = waitress.create_server(
            Application(methods, options.body_limit),
            host=options.host,
            port=options.port,
            threads=THREADS,
            max_request_body_size=options.body_limit + 1,
            ident=None,
        )
    except OSError as error:
        return _refuse(f"port {options.port} cannot be used ({error.strerror})")
    producer.start()
    threading.Thread(target=server.run, name="json-rpc", daemon=True).start()
    print(f"{READY} http://{options.host}:{server.effective_port} chain_id={chain.chain_id}", flush=True)
    _wait(options.with_parent)
    producer.stop()
    server.close()
    chain.storage.close()
    return 0


def _refuse(reason: str) -> int:
    """Says why it cannot start; the exit status for that."""
    print(f"return-ledger: {reason}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ledger_api.embedded", description="The embedded chain.")
    parser.add_argument("--data-dir", required=True, metavar="FOLDER")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--block-interval", type=float, default=1.0, metavar="SECONDS", help="least time between blocks"
    )
    parser.add_argument("--chain-id", type=_positive, help="for a new folder; default: random")
    parser.add_argument("--genesis-time", type=int, help="for a new folder, Unix seconds; default: now")
    parser.add_argument(
        "--prefund", nargs="+", type=_address, default=[], metavar="0xADDRESS", help="for a new folder: has a balance"
    )
    parser.add_argument("--body-limit", type=int, default=BODY_LIMIT_BYTES, metavar="BYTES", help="largest request")
    parser.add_argument(
        "--log-block-range", type=int, default=BLOCK_RANGE_LIMIT, metavar="BLOCKS", help="most of a filter by address"
    )
    parser.add_argument("--clock", metavar="FILE", help="take the time from a file, Unix seconds; for tests")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if not 0 < number < 1 << 64:
        raise ValueError
    return number


def _address(text: str) -> bytes:
    address = bytes.fromhex(text.removeprefix("0x"))
    if len(address) != 20:
        raise ValueError
    return address


def clock_of(path: str | None):
    """The wall clock, or what a test writes into a file."""
    return time.time if path is None else lambda: float(Path(path).read_text())


def _wait(with_parent: bool) -> None:
    stop, parent = threading.Event(), os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        threading.Thread(target=_watch_input, args=(stop,), daemon=True).start()
    while not stop.wait(1):
        # A fork of the parent may hold standard input open after the parent has died.
        if with_parent and os.getppid() != parent:
            return


def _watch_input(stop: threading.Event) -> None:
    """The parent holds the other end of standard input; when it dies, this ends."""
    while os.read(0, 1):
        pass
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
