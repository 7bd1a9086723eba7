// Checks in this browser what a server shows of a return. Part of what ledger_api/verify/online.py checks, on the
// same answers. A report names kinds of findings; the page has the words.
//
// What is not checked here stands in TRUSTED; `return-ledger verify` checks more of it.

import { type Bytes, bytesOf, equal, hexOf } from "./bytes";
import { isShippedCode } from "./code";
import { type Entry, readEntry, type ShownEntry } from "./entries";
import { headSlot, headsOf } from "./heads";
import { keccak } from "./keccak";
import {
  browserStorage,
  extendsSeen,
  isSameLedger,
  knownCode,
  lastSeen,
  remember,
  rememberCode,
  rememberLedger,
  type Storage,
} from "./memory";
import { ask } from "./post";
import { provenAccount, provenWord, readHeader } from "./proofs";
import type { Chain } from "./requests";
import { checkSigned, NotProven } from "./signed";
import { CONTRACT_OF_GROUP, REGISTRY, subjectsOf } from "./subjects";

/** What the server answered: chain, state, entries and proof at one block. */
export interface Answers {
  chain: Chain;
  at: { number: number; hash: string; timestamp: number };
  entries: { subjects: Record<string, string[]>; entries: ShownEntry[] };
  code?: Record<string, string>; // by contract; where it does not stand in the proof
  proof: { block: { header: string | null }; proofs: ShownProof[] };
}

interface ShownProof {
  contract: string;
  code: string | null; // null: this browser has it, or compared it before, and told the server its hash
  account_proof: string[];
  heads: { subject: string; proof: string[] }[];
}

/** What a finding is about, for choosing words. */
export type What =
  | "block" // the state root is that of the block that is named
  | "code" // the contract at an address is the one that is shipped
  | "head" // the entries of a subject give its head on the chain
  | "entry" // an entry is of the kind that it is said to be
  | "subjects" // all histories that the return rests on are shown
  | "signatures" // the request behind an entry was signed by whom it names
  | "memory" // the history goes on from what this browser saw last
  | "ledger" // the return was always shown on this chain, in these contracts
  | "answer"; // an answer can be read

export interface Finding {
  what: What;
  where: string; // contract, subject, or the place of an entry
  detail: string; // numbers or reasons; for people who look closely
}

/** What this check cannot see, and whoever reads it has to believe: a page says it beside its mark. */
export const TRUSTED = [
  "block", // that the block is the chain's
  "contracts", // where the contracts are
  "roles", // that each key had its role at the time; the contracts saw to it
  "state", // that what the page says follows from the entries
  "modules", // that these modules are those that everybody gets
] as const;

export interface Report {
  returnId: string;
  verified: boolean;
  checked: Finding[];
  wrong: Finding[];
  trusted: readonly (typeof TRUSTED)[number][];
}

/** Asks this site's server, and checks what it answers. Throws Problem or TypeError if it cannot be asked. */
export async function checkReturn(returnId: string, storage: Storage = browserStorage()): Promise<Report> {
  const chain = await ask("/chain");
  const { at } = await ask(`/returns/${returnId}`);
  const entries = await ask(`/returns/${returnId}/entries?at=${at.number}`);
  const compared = Object.keys(chain.contracts).flatMap((name) => knownCode(storage, chain, name)?.hash ?? []);
  // Code that this browser compared before is not asked for again: its hash stands in the proof.
  const { code } = compared.length < Object.keys(chain.contracts).length ? await ask("/chain/code") : { code: {} };
  const given = Object.values(code as Record<string, string>).map((text) => hexOf(keccak(bytesOf(text))));
  const known = [...new Set([...compared, ...given])].map((hash) => `&known=${hash}`);
  const proof = await ask(`/returns/${returnId}/proof?at=${at.number}${known.join("")}`);
  return check(returnId, { chain, at, entries, proof, code }, storage);
}

/** The report on answers that are there. Nothing in them is believed. */
export async function check(returnId: string, answers: Answers, storage: Storage): Promise<Report> {
  const checking = new Checking(returnId.toLowerCase(), answers, storage);
  try {
    await checking.run();
  } catch (error) {
    // An answer has not the form that it should have.
    checking.fault("answer", "server", String(error));
  }
  return checking.report();
}

const PAUSE_AFTER_MS = 20;
let busySince = 0;

/** Lets the page answer its reader now and then: a curve in code takes milliseconds for each signature. */
async function pause(): Promise<void> {
  if (performance.now() - busySince < PAUSE_AFTER_MS) return;
  await new Promise((resolve) => setTimeout(resolve));
  busySince = performance.now();
}

class Checking {
  private readonly checked: Finding[] = [];
  private readonly wrong: Finding[] = [];
  private readonly histories = new Map<string, Entry[]>();
  private readonly proven = new Map<string, Bytes>();

  constructor(
    private readonly returnId: string,
    private readonly answers: Answers,
    private readonly storage: Storage,
  ) {}

  report(): Report {
    const { returnId, checked, wrong } = this;
    return { returnId, verified: wrong.length === 0, checked, wrong, trusted: TRUSTED };
  }

  fault(what: What, where: string, detail: string): void {
    this.wrong.push({ what, where, detail });
  }

  async run(): Promise<void> {
    this.readEntries();
    const stateRoot = this.checkBlock();
    for (const [name, address] of Object.entries(this.answers.chain.contracts)) {
      this.checkContract(name, address, stateRoot);
    }
    // The histories that the server names first: what was changed is named even if it makes no sense.
    const shown = this.answers.entries.subjects;
    const heads = this.checkHeads(shown);
    this.checkSubjects(shown);
    await this.checkSignatures(shown);
    this.checkMemory(heads);
  }

  // --- entries

  private history = (contract: string, subject: string): Entry[] => this.histories.get(`${contract} ${subject}`) ?? [];

  private readEntries(): void {
    this.answers.entries.entries.forEach((shown, position) => {
      try {
        const entry = readEntry(shown, position);
        const key = `${entry.contract} ${entry.subject}`;
        this.histories.set(key, [...(this.histories.get(key) ?? []), entry]);
      } catch (error) {
        this.fault("entry", `entry ${position}`, String(error));
      }
    });
  }

  private checkSubjects(shown: Record<string, string[]>): void {
    const mine = subjectsOf(this.returnId, this.history);
    for (const [group, subjects] of Object.entries(mine)) {
      if (JSON.stringify(subjects) !== JSON.stringify(shown[group])) {
        this.fault("subjects", group, "the entries name other subjects than the server lists");
      }
    }
    const count = new Set(Object.values(mine).flat()).size;
    this.checked.push({ what: "subjects", where: this.returnId, detail: String(count) });
  }

  // --- heads against the chain

  private checkBlock(): Bytes {
    const { at, proof } = this.answers;
    const header = readHeader(bytesOf(proof.block.header));
    if (header.hash !== at.hash || header.number !== at.number || header.timestamp !== at.timestamp) {
      this.fault("block", String(at.number), "the header is of another block than the answer names");
    }
    this.checked.push({ what: "block", where: String(header.number), detail: header.hash });
    return header.stateRoot;
  }

  private checkContract(name: string, address: string, stateRoot: Bytes): void {
    try {
      const shown = this.answers.proof.proofs.find((item) => item.contract === name);
      if (!shown) throw new TypeError("the server shows no proof");
      const { storageRoot, codeHash } = provenAccount(stateRoot, bytesOf(address), shown.account_proof);
      this.checkCode(name, shown.code ?? this.answers.code?.[name] ?? null, codeHash);
      for (const { subject, proof } of shown.heads) {
        this.proven.set(`${name} ${subject}`, provenWord(storageRoot, headSlot(bytesOf(subject)), proof));
      }
    } catch (error) {
      this.fault("head", name, String(error));
    }
  }

  private checkCode(name: string, code: string | null, codeHash: Bytes): void {
    const hash = hexOf(codeHash);
    const right = code === null ? this.isKnown(name, hash) : this.isShipped(name, bytesOf(code), codeHash);
    if (!right) return this.fault("code", name, "is not the contract that this site ships");
    this.checked.push({ what: "code", where: name, detail: hash });
  }

  private isShipped(name: string, code: Bytes, codeHash: Bytes): boolean {
    return equal(keccak(code), codeHash) && isShippedCode(name, code, this.answers.chain, this.threshold());
  }

  private isKnown(name: string, hash: string): boolean {
    const known = knownCode(this.storage, this.answers.chain, name);
    return known?.hash === hash && known.threshold === this.threshold();
  }

  private threshold(): number {
    return Number(this.history("ParticipantRegistry", REGISTRY)[0]?.values.threshold ?? 0);
  }

  /** Heads of each history that the chain holds, by contract and subject. */
  private checkHeads(shown: Record<string, string[]>): Map<string, Bytes[]> {
    const good = new Map<string, Bytes[]>();
    for (const [group, contract] of Object.entries(CONTRACT_OF_GROUP)) {
      for (const subject of shown[group] ?? []) {
        const heads = this.checkHead(contract, subject);
        if (heads) good.set(`${contract} ${subject}`, heads);
      }
    }
    return good;
  }

  private checkHead(contract: string, subject: string): Bytes[] | null {
    const { chain_id, contracts } = this.answers.chain;
    const entries = this.history(contract, subject);
    const heads = headsOf(chain_id, contracts[contract] ?? "", bytesOf(subject), entries);
    const expected = entries.length ? (heads[heads.length - 1] as Bytes) : new Uint8Array(32);
    const stored = this.proven.get(`${contract} ${subject}`);
    if (stored && equal(stored, expected)) {
      this.checked.push({ what: "head", where: `${contract} ${subject}`, detail: String(entries.length) });
      return heads;
    }
    const names = entries.map((entry) => `${entry.position} ${entry.name}`).join(", ");
    this.fault("head", `${contract} ${subject}`, `something was added, changed or left out: ${names}`);
    return null;
  }

  // --- who said it

  private async checkSignatures(shown: Record<string, string[]>): Promise<void> {
    let count = 0;
    for (const [group, contract] of Object.entries(CONTRACT_OF_GROUP)) {
      for (const entry of (shown[group] ?? []).flatMap((subject) => this.history(contract, subject))) {
        count += await this.checkEntry(entry);
        await pause();
      }
    }
    this.checked.push({ what: "signatures", where: this.returnId, detail: String(count) });
  }

  private async checkEntry(entry: Entry): Promise<number> {
    try {
      return await checkSigned(entry, this.answers.chain);
    } catch (error) {
      const detail = error instanceof NotProven ? error.reason : String(error);
      this.fault("signatures", `entry ${entry.position} ${entry.name}`, detail);
      return 0;
    }
  }

  // --- what this browser saw before

  private checkMemory(heads: Map<string, Bytes[]>): void {
    const { chain } = this.answers;
    if (!isSameLedger(this.storage, chain, this.returnId)) {
      this.fault("ledger", this.returnId, "was shown on another chain or in other contracts before");
    }
    for (const [key, passed] of heads) {
      const [contract = "", subject = ""] = key.split(" ");
      const seen = lastSeen(this.storage, chain, contract, subject);
      if (extendsSeen(seen, passed)) continue;
      this.fault("memory", key, `lacks what this browser saw in block ${seen?.block}: ${seen?.entries} entries`);
    }
    if (this.wrong.length) return; // what is wrong is not remembered
    try {
      this.rememberAll(heads);
    } catch {
      return; // the storage is full or switched off: nothing was wrong, and nothing is said of memory
    }
    this.checked.push({ what: "memory", where: this.returnId, detail: String(heads.size) });
  }

  private rememberAll(heads: Map<string, Bytes[]>): void {
    const { chain, at } = this.answers;
    for (const [key, passed] of heads) {
      const [contract = "", subject = ""] = key.split(" ");
      const head = hexOf(passed[passed.length - 1] as Bytes);
      remember(this.storage, chain, contract, subject, { head, entries: passed.length - 1, block: at.number });
    }
    for (const { what, where, detail } of this.checked) {
      if (what === "code") rememberCode(this.storage, chain, where, this.threshold(), detail);
    }
    rememberLedger(this.storage, chain, this.returnId);
  }
}
