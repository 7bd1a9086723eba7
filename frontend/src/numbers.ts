// Numbers that parcels carry, as they are typed or scanned, and their check digits. Twin of
// ledger_api/rules/identifiers.py.

/** A number in its one spelling, and whether its check digit, if it has one, is right. */
export interface ParcelNumber {
  text: string;
  form: "s10" | "sscc" | ""; // empty: the carrier's own
  right: boolean;
}

const S10_WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7];
const URN = /^urn:epc:id:sscc:(\d{6,12})\.(\d)(\d{4,10})$/;
const LINK = /^https?:\/\/[^/?#\s]+(?:\/[^/?#\s]+)*\/00\/(\d{18})\/?(?:[?#]\S*)?$/;
const FRAMED = /^(?:\(00\)|00)(\d{18})$/;
const LEADING = /^(?:\(00\)|00)(\d{18})/;
const S10 = /^[A-Z]{2}(\d{8})(\d)([A-Z]{2})$/;
const BLANKS = /[\s\x00-\x1f\x7f\ufeff]+/g;

function s10CheckDigit(serial: string): number {
  const rest = 11 - ([...serial].reduce((sum, digit, i) => sum + Number(digit) * (S10_WEIGHTS[i] ?? 0), 0) % 11);
  return rest === 10 ? 0 : rest === 11 ? 5 : rest;
}

function gs1CheckDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((all, digit, i) => all + Number(digit) * (i % 2 ? 1 : 3), 0);
  return (10 - (sum % 10)) % 10;
}

function isSscc(digits: string): boolean {
  return /^\d{18}$/.test(digits) && gs1CheckDigit(digits.slice(0, -1)) === Number(digits.at(-1));
}

function ssccOf(text: string): string {
  const urn = URN.exec(text);
  if (urn) {
    const digits = `${urn[2]}${urn[1]}${urn[3]}`;
    return digits.length === 17 ? digits + gs1CheckDigit(digits) : "";
  }
  const digits = (/^(?:\(00\)|00)?(\d{18})$/.exec(text) ?? LINK.exec(text))?.[1] ?? "";
  return isSscc(digits) ? digits : "";
}

/** What was typed or scanned, in one spelling: 18 digits for an SSCC, else capitals without blanks. */
export function parcelNumber(typed: string, countries: ReadonlySet<string>): ParcelNumber {
  const given = typed.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  const isGs1 = /^(?:\][Ce][01]|\]d2|\]Q3|\x1d)/.test(given);
  const joined = given.replace(/^\][A-Za-z][0-9A-Za-z]/, "").replace(BLANKS, "");
  const sscc = ssccOf(joined);
  if (sscc) return { text: sscc, form: "sscc", right: true };
  const framed = (isGs1 ? LEADING : FRAMED).exec(joined)?.[1];
  if (framed) return { text: framed, form: "sscc", right: isSscc(framed) };
  const text = joined.toUpperCase();
  const s10 = S10.exec(text);
  if (s10 && countries.has(s10[3] ?? "")) {
    return { text, form: "s10", right: s10CheckDigit(s10[1] ?? "") === Number(s10[2]) };
  }
  return { text, form: "", right: true };
}
