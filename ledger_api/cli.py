"""return-ledger: the command line. Exit status 0: all done; 1: some items refused; 2: nothing done."""

import argparse
import getpass
import json
import logging
import secrets
import sys
import time
from pathlib import Path

from ledger_api import __version__
from ledger_api.config import Settings
from ledger_api.errors import InvalidField, LedgerError
from ledger_api.rules.hashing import bytes_of, hex_of, id_of

DONE, SOME, NOTHING = 0, 1, 2
DEFAULT_SERVER = "http://127.0.0.1:8000"


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    options = build_parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    try:
        status = options.run(options)
    except LedgerError as error:
        print(f"return-ledger: {error.slug}: {error.detail}", file=sys.stderr)
        status = NOTHING
    except (ValueError, OSError) as error:
        print(f"return-ledger: {error}", file=sys.stderr)
        status = NOTHING
    except KeyboardInterrupt:
        status = NOTHING
    sys.exit(status)


def build_parser() -> argparse.ArgumentParser:
    """All commands."""
    parser = argparse.ArgumentParser(prog="return-ledger", description="A shared record of cross-border returns.")
    parser.add_argument("--version", action="version", version=f"return-ledger {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_serving(commands)
    _add_keys(commands)
    _add_import(commands)
    _add_reading(commands)
    return parser


def _command(commands, name: str, text: str, run) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(run=run)
    return command


def _with_data_dir(command) -> None:
    command.add_argument("--data-dir", metavar="FOLDER", help="data folder (default: DATA_DIR, or ./data)")


def _settings(options, **more) -> Settings:
    return Settings.from_environment(data_dir=getattr(options, "data_dir", None), **more)


# --- serve, demo, node


def _add_serving(commands) -> None:
    serve = _command(commands, "serve", "serve the ledger on HOST (default: 127.0.0.1)", _serve)
    _with_data_dir(serve)
    serve.add_argument("--port", type=int, help="TCP port (default: PORT, or 8000)")
    serve.add_argument("--demo", action="store_true", help="play the demo return if the data folder has none")
    serve.add_argument("--deployment", metavar="FILE|URL", help="contracts that another member deployed")
    tls = _command(commands, "tls", "say where the certificate for https is, and how a device comes to trust it", _tls)
    _with_data_dir(tls)
    demo = _command(commands, "demo", "play the demo return on a server that runs on this data folder", _demo)
    _with_data_dir(demo)
    demo.add_argument("--server", default=DEFAULT_SERVER, metavar="URL")
    keeper = _command(commands, "keeper", "call for what silence means, wherever it is due; holds no key", _keeper)
    keeper.add_argument("--server", default=DEFAULT_SERVER, metavar="URL")
    keeper.add_argument("--interval", type=float, default=10, metavar="SECONDS", help="between two looks (default: 10)")
    keeper.add_argument("--once", action="store_true", help="look once and end")
    node = _command(commands, "node", "run the embedded chain alone, for several servers", _node)
    _with_data_dir(node)
    node.add_argument("--port", type=int, default=8545, help="TCP port of its JSON-RPC (default: 8545)")


def _serve(options) -> int:
    from ledger_api.serving import serve

    serve(_settings(options, port=options.port), options.demo, options.deployment)
    return DONE


def _tls(options) -> int:
    from ledger_api import hosts
    from ledger_api.tls import LocalAuthority

    settings = _settings(options)
    authority = LocalAuthority(settings)
    authority.ensure()
    print(
        f"Certificate to install: {authority.authority_path.resolve()}\n"
        f"SHA-256: {authority.fingerprint()}\n"
        f"A device gets it from the running server, too: {hosts.reached_at(settings)}/ca.crt\n"
        "Compare the fingerprint before you trust it. It can vouch for this machine and private networks only.\n"
        "How: docs/https.md, with steps for Android, iOS, macOS, Windows, Firefox and Debian."
    )
    for name in authority.left_out():
        print(f"Not in it, since it was made before: {name}. Delete the folder {authority.folder} to make a new one.")
    return DONE


def _demo(options) -> int:
    from ledger_api.serving import story

    settings = _settings(options)
    print(f"Demo return: {options.server}/returns/{story(settings, options.server).play()}")
    return DONE


def _keeper(options) -> int:
    import threading

    from ledger_api.client import Client
    from ledger_api.keeper import Keeper

    keeper = Keeper(Client(options.server), options.interval, lambda text: print(text, flush=True))
    if options.once:
        print(f"{keeper.look()} enforced.")
        return DONE
    print(f"Keeping {options.server}: every {options.interval:g} seconds.", flush=True)
    keeper.run(threading.Event())
    return DONE


def _node(options) -> int:
    from ledger_api.embedded import __main__ as node

    folder = _settings(options).folder / "chain"
    return node.main(["--data-dir", str(folder), "--port", str(options.port)]) or DONE


# --- keys, parcel


def _add_keys(commands) -> None:
    keys = _command(commands, "keys", "list the keys of a data folder, or make one", _keys)
    _with_data_dir(keys)
    keys.add_argument("--new", metavar="NAME", help="make a key of that name")
    keys.add_argument("--kind", choices=("secp256k1", "p256"), default="secp256k1")
    keys.add_argument("--participant", type=int, default=0, help="participant that the key stands for")
    recovery = _command(commands, "recovery", "keep a key in a file under a passphrase, or bring it back", _recovery)
    _with_data_dir(recovery)
    recovery.add_argument("file", metavar="FILE", help="the recovery file")
    way = recovery.add_mutually_exclusive_group(required=True)
    way.add_argument("--save", metavar="NAME", help="write the key of that name into FILE")
    way.add_argument("--restore", metavar="NAME", help="bring the key in FILE back under that name")
    parcel = _command(commands, "parcel", "add a parcel to a return, by the carrier's own number", _parcel)
    _with_data_dir(parcel)
    parcel.add_argument("return_id", metavar="RETURN_ID")
    parcel.add_argument("--number", required=True, help="the carrier's tracking number")
    parcel.add_argument("--carrier", type=int, required=True, help="participant number of the reporting carrier")
    parcel.add_argument("--as", dest="key", required=True, metavar="KEY", help="name of the seller's key")
    parcel.add_argument("--server", default=DEFAULT_SERVER, metavar="URL")


def _keys(options) -> int:
    from ledger_api.keys import KeyFolder
    from ledger_api.rules.signatures import P256Key, Secp256k1Key

    folder = KeyFolder(_settings(options).folder)
    if options.new:
        made = {"p256": P256Key, "secp256k1": Secp256k1Key}[options.kind]()
        folder.save(options.new, made, options.participant)
    for name in folder.names():
        known = folder.load(name)
        print(f"{name:20} {known.key.kind:10} {hex_of(known.key.address)} participant {known.participant}")
    return DONE


def _recovery(options) -> int:
    from ledger_api import recovery
    from ledger_api.keys import KeyFolder

    folder, path = KeyFolder(_settings(options).folder), Path(options.file)
    if options.save:
        named = folder.load(options.save)
        recovery.save(path, named.key, _passphrase())
        print(f"{options.save} is in {path}. Keep it and its passphrase apart, and away from this device.")
    else:
        key = recovery.restore(path, _passphrase())
        folder.save(options.restore, key)
        print(f"{options.restore} is back: {hex_of(key.address)}")
    return DONE


def _passphrase() -> str:
    """Asked for without showing it; a line of standard input where nobody can be asked."""
    return getpass.getpass("Passphrase: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _parcel(options) -> int:
    from ledger_api.client import Client
    from ledger_api.keys import KeyFolder
    from ledger_api.parcel_book import ParcelBook
    from ledger_api.vocabulary import ParcelPurpose

    folder = _settings(options).folder
    signer = KeyFolder(folder).load(options.key)
    book = ParcelBook(folder)
    tracking = book.remember(options.carrier, options.number, secrets.token_bytes(32), int(time.time()))
    request = {
        "returnId": options.return_id,
        "participant": signer.participant,
        "purpose": ParcelPurpose.GOODS_RETURNED,
        "carrier": options.carrier,
        "tracking": tracking,
        "sentAt": 0,
        "document": bytes(32),
    }
    Client(options.server).act("parcels", "addParcel", request, signer.key)
    print(f"Added parcel {options.number} of participant {options.carrier}.")
    return DONE


# --- import


def _add_import(commands) -> None:
    command = _command(commands, "import", "record the checkpoints of a carrier's document", _import)
    _with_data_dir(command)
    command.add_argument("file", metavar="FILE", help="EPCIS 2.0 JSON-LD, EasyPost or La Poste")
    command.add_argument("--return", dest="return_id", required=True, metavar="ID")
    command.add_argument("--as", dest="key", required=True, metavar="KEY", help="name of the carrier's key")
    command.add_argument("--tz", metavar="ZONE", help="IANA zone of times that state none")
    command.add_argument("--server", default=DEFAULT_SERVER, metavar="URL")
    command.add_argument("--json", action="store_true")


def _import(options) -> int:
    from ledger_api.client import Client
    from ledger_api.documents.store import DocumentStore
    from ledger_api.importing import import_document
    from ledger_api.keys import KeyFolder
    from ledger_api.parcel_book import ParcelBook

    settings = _settings(options)
    path = Path(options.file)
    if path.stat().st_size > settings.body_limit_bytes:
        raise InvalidField("FILE", f"is larger than {settings.body_limit_bytes:,} bytes; import it in parts")
    folder = settings.folder
    signer = KeyFolder(folder).load(options.key)
    client = Client(options.server)
    done = import_document(
        client, path.read_bytes(), options.return_id, signer, ParcelBook(folder), DocumentStore(folder), options.tz
    )
    if options.json:
        print(json.dumps(done.to_json()))
    else:
        print(f"{done.format}: {done.new} new, {done.known} known, {len(done.refused)} refused")
        for item in done.refused:
            print(f"  event {item['index']}: {item['slug']}: {item['detail']} ({item['field']})")
    if not done.refused:
        return DONE
    return SOME if done.new or done.known else NOTHING


# --- erase, verify, reindex, dump, status


def _add_reading(commands) -> None:
    erase = _command(commands, "erase", "destroy documents and messages of a return on this server", _erase)
    _with_data_dir(erase)
    erase.add_argument("return_id", metavar="RETURN_ID")
    verify = _command(commands, "verify", "check a return without trusting the server that shows it", _verify)
    verify.add_argument("subject", metavar="RETURN_ID|FILE")
    verify.add_argument("--server", metavar="URL")
    verify.add_argument("--json", action="store_true")
    case = _command(commands, "case", "verify the return of a dispute, and print its case file", _case)
    case.add_argument("subject", metavar="DISPUTE_ID")
    case.add_argument("--server", default=DEFAULT_SERVER, metavar="URL")
    case.add_argument("--json", action="store_true")
    reindex = _command(commands, "reindex", "drop the index and rebuild it from the chain", _reindex)
    _with_data_dir(reindex)
    dump = _command(commands, "dump", "print the whole index, the same text for the same chain", _dump)
    _with_data_dir(dump)
    status = _command(commands, "status", "say how a server is", _status)
    status.add_argument("--server", default=DEFAULT_SERVER, metavar="URL")
    status.add_argument("--json", action="store_true")


def _erase(options) -> int:
    from ledger_api.documents.store import DocumentStore

    count = DocumentStore(_settings(options).folder).erase(bytes_of(options.return_id))
    print(f"{count} documents are erased here. What others kept of them, or a backup has, is not.")
    return DONE if count else NOTHING


def _verify(options) -> int:
    from ledger_api.verify.fetch import CannotTry
    from ledger_api.verify.online import verify

    if options.server is None:
        return _could_not(options, CannotTry("Bundles (FILE) are not read yet; give --server URL RETURN_ID"))
    return _checked(options, "a return's id", lambda subject: verify(options.server, subject))


def _case(options) -> int:
    from ledger_api.verify.case import verify_case

    return _checked(options, "a dispute's id", lambda subject: verify_case(options.server, subject, int(time.time())))


def _checked(options, noun: str, check) -> int:
    """Checks a subject by its id and prints the report."""
    from ledger_api.verify.fetch import CannotTry

    try:
        report = check(_id_of(options.subject, noun))
    except CannotTry as error:
        return _could_not(options, error)
    print(json.dumps(report.to_json(), indent=1) if options.json else report.to_text())
    return DONE if report.verified else SOME


def _id_of(text: str, noun: str) -> str:
    from ledger_api.verify.fetch import CannotTry

    try:
        return hex_of(id_of(text))
    except ValueError:
        raise CannotTry(f"{text!r} is not {noun}: 0x and 64 hexadecimal digits") from None


def _could_not(options, error: Exception) -> int:
    print(json.dumps({"verified": None, "detail": str(error)}) if options.json else f"Could not be tried: {error}")
    return NOTHING


def _reindex(options) -> int:
    from ledger_api.serving import rebuild_index

    settings = _settings(options)
    height, entries = rebuild_index(settings)
    print(f"The index is rebuilt: {entries} entries up to block {height}.")
    return DONE


def _dump(options) -> int:
    from ledger_api.index.queries import Queries
    from ledger_api.index.store import Store

    path = _settings(options).folder / "index.sqlite"
    if not path.exists():
        raise InvalidField("DATA_DIR", f"there is no index in {path.parent}")
    with Queries(Store(path)).view() as look:
        for line in look.dump():
            print(line)
    return DONE


def _status(options) -> int:
    from ledger_api.client import Client

    chain = Client(options.server).get("/api/v1/chain")
    if options.json:
        print(json.dumps(chain))
        return DONE
    waiting = sum(chain["requests"].get(state, 0) for state in ("queued", "sent"))
    print(f"chain {chain['chain_id']}, block {chain['chain_height']}, index {chain['lag_blocks']} blocks behind")
    print(f"{waiting} requests waiting, {chain['requests'].get('failed', 0)} failed")
    for text in chain["trouble"]:
        print(f"trouble: {text}")
    return DONE if not chain["trouble"] else SOME


if __name__ == "__main__":
    main()
