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

/**
 * A secret as it stands in texts of others: as it is, in an address or a form, in JSON (also in JSON within JSON, and as Go
 * writes it), in base64 and hexadecimal, alone or with something before and after it. Each once, and none of an empty one.
 */
export function formsOf(given: string): string[] {
  // Half a character has no code in an address.
  const secret = Buffer.from(given).toString("utf8");
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  const inAddress = encodeURIComponent(secret);
  const strict = inAddress.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const json = inJson(secret);
  const html = json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  const forms = [
    ...[secret, encodeURI(secret), json, inJson(json), html, inJson(html)],
    ...[inAddress, strict].flatMap((one) => [one, one.replaceAll("%20", "+"), one.replace(/%../g, lower)]),
    ...[Buffer.from(secret).toString("hex"), Buffer.from(secret).toString("hex").toUpperCase()],
    ...inBase64(secret).flatMap((one) => [one, one.replaceAll("+", "-").replaceAll("/", "_")]),
  ];
  return [...new Set(forms)].filter((form) => form !== "");
}

const lower = (text: string): string => text.toLowerCase();

/**
 * What base64 makes of a secret wherever it stands in what is encoded, which moves it by none, one or two bytes: the signs
 * that it alone decides. Of a short one there are too few to tell it by.
 */
function inBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const signs = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const own = signs.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return own.length >= shortest ? [own] : [];
  });
}

/** The same text, unless it repeats a secret, in whichever form a server would repeat it. */
export function withheld(text: string, secrets: readonly string[]): string {
  return secrets.flatMap(formsOf).some((form) => text.includes(form))
    ? "its message is withheld, for it repeats a secret"
    : text;
}
