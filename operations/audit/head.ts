/**
 * What makes a chain of hashes worth something: how long it is and its last hash, signed. Without a signature, whoever can
 * write the folder can write another chain; that is said aloud wherever a trail is read.
 */
import { createPrivateKey, createPublicKey, createHash, sign, verify, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

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

/** Private key: the PEM text, or the file that holds it. */
export const keyVariable = "BITBUCKET_KEYCLOAK_AUDIT_KEY";
/** Public key that a head has to be signed with: the PEM text, or the file that holds it. */
export const publicKeyVariable = "BITBUCKET_KEYCLOAK_AUDIT_PUBLIC_KEY";

/** @returns undefined where none is set. @throws where it is no Ed25519 key */
export function signingKey(env: NodeJS.ProcessEnv): KeyObject | undefined {
  const given = env[keyVariable];
  return given === undefined || given === "" ? undefined : keyFrom(given, keyVariable, createPrivateKey);
}

/** The key that heads are trusted by: the public one, else that of the private one; undefined where neither is set. */
export function trustedKey(env: NodeJS.ProcessEnv): KeyObject | undefined {
  const given = env[publicKeyVariable];
  if (given !== undefined && given !== "") return keyFrom(given, publicKeyVariable, createPublicKey);
  const own = signingKey(env);
  return own && createPublicKey(own);
}

function keyFrom(given: string, variable: string, read: (pem: string) => KeyObject): KeyObject {
  const isText = given.includes("-----BEGIN");
  if (!isText && !existsSync(given))
    throw new Error(
      `found neither a key nor the name of a file in ${variable}; allowed: an Ed25519 key as PEM, or its file, as "openssl genpkey -algorithm ed25519 -out audit.pem" writes one`,
    );
  // A variable of a pipeline has one line.
  const pem = isText ? given.replaceAll("\\n", "\n") : readFileSync(given, "utf8");
  let key: KeyObject | undefined;
  try {
    key = read(pem);
  } catch {
    // What is wrong with it is never said in its own words: they may hold the key.
  }
  if (key?.asymmetricKeyType === "ed25519") return key;
  throw new Error(
    `found no Ed25519 key in ${variable}; allowed: PEM, as "openssl genpkey -algorithm ed25519" writes it`,
  );
}

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

/** What is wrong with the signature of a head; undefined: nothing, as far as the trusted key says. */
export function signatureProblem(head: Head, trusted: KeyObject | undefined): string | undefined {
  const { key, signature } = head;
  if (key === undefined || signature === undefined)
    return trusted && "the head is not signed, though a key is known";
  if (trusted && key !== spkiOf(trusted))
    return `the head is signed by the key ${fingerprintOf(key)}, not by ${fingerprintOf(spkiOf(trusted))}`;
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
