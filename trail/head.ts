/**
 * What makes a chain of hashes worth something: how long it is and its last hash, signed. Without a signature, whoever can
 * write the folder can write another chain; that is said aloud wherever a trail is read.
 */
import { createPrivateKey, createPublicKey, createHash, sign, verify, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { variable } from "../access/environment";

export const headSchema = z.strictObject({
  form: z.literal(1),
  /** Entries. */
  count: z.int().nonnegative(),
  /** Length of the file. */
  bytes: z.int().nonnegative(),
  /** Of the last line. */
  hash: z.string(),
  at: z.iso.datetime(),
  /** Public key, SPKI in base64url; absent with the signature. */
  key: z.string().optional(),
  /** Ed25519 over the others, base64url. */
  signature: z.string().optional(),
});
export type Head = Readonly<z.infer<typeof headSchema>>;

/** @returns undefined where none is set. @throws where it is no Ed25519 key */
export function signingKey(env: NodeJS.ProcessEnv): KeyObject | undefined {
  const given = env[variable.auditKey];
  if (given === undefined || given === "") return undefined;
  return keyFrom(textFrom(given, variable.auditKey), variable.auditKey, createPrivateKey);
}

/**
 * The keys that heads are trusted by: the public ones, and that of the private one; none where neither is set.
 *
 * @throws Error where one is no Ed25519 key; the key is not shown
 */
export function trustedKeys(env: NodeJS.ProcessEnv): readonly KeyObject[] {
  const given = env[variable.auditPublicKey];
  const text = given === undefined || given === "" ? "" : textFrom(given, variable.auditPublicKey);
  const pems = text.match(/-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g);
  if (text !== "" && pems === null) throw notAKey(variable.auditPublicKey);
  const own = signingKey(env);
  return [
    ...(pems ?? []).map((pem) => keyFrom(pem, variable.auditPublicKey, createPublicKey)),
    ...(own ? [createPublicKey(own)] : []),
  ];
}

function textFrom(given: string, variable: string): string {
  // A variable of a pipeline has one line.
  if (given.includes("-----BEGIN")) return given.replaceAll("\\n", "\n");
  if (existsSync(given)) return readFileSync(given, "utf8");
  throw new Error(
    `found neither a key nor the name of a file in ${variable}; allowed: an Ed25519 key as PEM, or its file, as "openssl genpkey -algorithm ed25519 -out audit.pem" writes one`,
  );
}

function keyFrom(pem: string, variable: string, read: (pem: string) => KeyObject): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read(pem);
  } catch {
    // What is wrong with it is never said in its own words: they may hold the key.
  }
  if (key?.asymmetricKeyType === "ed25519") return key;
  throw notAKey(variable);
}

function notAKey(variable: string): Error {
  return new Error(
    `found no Ed25519 key in ${variable}; allowed: PEM, as "openssl genpkey -algorithm ed25519" and "openssl pkey -pubout" write it`,
  );
}

/**
 * A head, signed if there is a key.
 *
 * @param key private, Ed25519; undefined: the head has neither key nor signature
 */
export function headOf(
  { count, bytes, hash, at }: Pick<Head, "count" | "bytes" | "hash" | "at">,
  key: KeyObject | undefined,
): Head {
  const plain = { form: 1, count, bytes, hash, at } as const;
  if (key === undefined) return plain;
  return {
    ...plain,
    key: spkiOf(createPublicKey(key)),
    signature: sign(null, signed(plain), key).toString("base64url"),
  };
}

/**
 * What is wrong with the signature of a head; undefined: nothing, as far as the trusted keys say.
 *
 * @param trusted none: whichever key it names is taken for the right one
 */
export function signatureProblem(head: Head, trusted: readonly KeyObject[]): string | undefined {
  const { key, signature } = head;
  if (key === undefined || signature === undefined)
    return trusted.length > 0 ? "the head is not signed, though a key is known" : undefined;
  const names = trusted.map(spkiOf);
  if (names.length > 0 && !names.includes(key))
    return `the head is signed by the key ${fingerprintOf(key)}, not by ${names.map(fingerprintOf).join(" or ")}`;
  try {
    const by = createPublicKey({ key: Buffer.from(key, "base64url"), format: "der", type: "spki" });
    if (verify(null, signed(head), by, Buffer.from(signature, "base64url"))) return undefined;
  } catch {
    // No key, then.
  }
  return "the signature of the head is wrong";
}

/** Names a key: the first 16 hexadecimal digits of its SHA-256. @param key SPKI in base64url */
export function fingerprintOf(key: string): string {
  return createHash("sha256").update(Buffer.from(key, "base64url")).digest("hex").slice(0, 16);
}

function spkiOf(key: KeyObject): string {
  return key.export({ format: "der", type: "spki" }).toString("base64url");
}

function signed({ count, bytes, hash, at }: Head): Buffer {
  return Buffer.from(["bitbucket-keycloak audit head 1", count, bytes, hash, at].join("\n"));
}
