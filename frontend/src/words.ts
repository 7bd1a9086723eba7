// Words of this page's language, as the server put them into it; the modules have none of their own.

const found = document.getElementById("words");
const WORDS: Record<string, string> = found ? JSON.parse(found.textContent ?? "{}") : {};

/** A text by its name, its `{places}` filled in. */
export function word(name: string, values: Record<string, string> = {}): string {
  const text = WORDS[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
}

/** Words for what went wrong: those for its slug or reason if there are any, else that it failed, with the detail. */
export function wordsOf(error: unknown): string {
  const { slug, reason, message, count } = (error ?? {}) as { slug?: string; reason?: string; message?: string; count?: number };
  const values = { detail: message ?? "", count: String(count ?? "") };
  for (const name of [slug, reason]) if (name && WORDS[`error.${name}`]) return word(`error.${name}`, values);
  if (error instanceof TypeError || error instanceof DOMException) return word("error.offline");
  return word("error.other", values);
}
