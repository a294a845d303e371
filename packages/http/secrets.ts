/** What a request carries that no error may repeat: servers quote what they were sent. */

/** Names of fields, in a form or in JSON, whose values are secrets. `value` is that of a credential or a variable. */
const secretFields = /secret|passw|passphrase|token|assertion|credential|verifier|^value$/i;
/** Shorter values stand in words that are none. */
const shortest = 6;

export interface Carried {
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  /** What the caller knows to be one. */
  readonly secrets?: readonly string[];
}

/** Every secret that a request carries, as far as its headers and the names of its fields tell. */
export function secretsIn({ headers = {}, json, form, secrets = [] }: Carried): string[] {
  const sent = Object.entries(headers).flatMap(([name, value]) => ofHeader(name.toLowerCase(), value));
  const fields = [...fieldsIn(json), ...fieldsIn(form)];
  return [...secrets, ...[...sent, ...fields].filter(({ length }) => length >= shortest)];
}

function ofHeader(name: string, value: string): string[] {
  if (name === "cookie") return value.split(/;\s*/).map((one) => one.slice(one.indexOf("=") + 1));
  if (name !== "authorization") return [];
  const [, scheme = "", credential = value] = /^(\w+)\s+(.*)$/.exec(value) ?? [];
  if (scheme.toLowerCase() !== "basic") return [credential];
  const plain = Buffer.from(credential, "base64").toString("utf8");
  return [credential, plain.slice(plain.indexOf(":") + 1)];
}

function fieldsIn(value: unknown, name = ""): string[] {
  if (typeof value === "string") return secretFields.test(name) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((one) => fieldsIn(one, name));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => fieldsIn(one, key));
}

/** A secret as it stands in texts of others: as it is, in an address, in JSON; each once, and none of an empty one. */
export function formsOf(secret: string): string[] {
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  return [...new Set(forms)].filter((form) => form !== "");
}

/** The same text, unless it repeats a secret, in whichever form a server would repeat it. */
export function withheld(text: string, secrets: readonly string[]): string {
  return secrets.flatMap(formsOf).some((form) => text.includes(form))
    ? "its message is withheld, for it repeats a secret"
    : text;
}
