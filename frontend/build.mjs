// Builds src/ into ledger_api/static/js/: modules for the browser, whose common parts are modules of their own.
//
//     node frontend/build.mjs [FOLDER]

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, "..", "ledger_api", "static", "js"));

// What pages load by name. All else is reached from these, and is loaded when it is needed.
const ENTRIES = [
  "account", "act", "bytes", "check", "claim", "documents", "hand-over", "inbox", "join", "keccak", "keys", "mark", "post",
  "recover", "recovery", "requests", "ruling", "scan", "scan-worker", "sell", "session", "signatures", "signin", "silence",
  "together",
];

// Parts of these are inside.
const LIBRARIES = ["@noble/curves", "@noble/hashes", "@zxing/library", "qr", "ts-custom-error"];

mkdirSync(folder, { recursive: true });
// A shared part is named by its content, so the last build's would stay.
for (const name of readdirSync(folder)) if (name.endsWith(".js")) rmSync(join(folder, name));

await build({
  entryPoints: Object.fromEntries(ENTRIES.map((name) => [name, join(here, "src", `${name}.ts`)])),
  outdir: folder,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "eof",
  chunkNames: "part-[hash]",
  absWorkingDir: join(here, ".."),
  logLevel: "warning",
});

const licences = LIBRARIES.map((name) => {
  const text = readFileSync(join(here, "..", "node_modules", name, "LICENSE"), "utf8");
  return `${name}\n\n${text.trim()}\n`;
});
writeFileSync(join(folder, "licences.txt"), licences.join("\n"));
