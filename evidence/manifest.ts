/**
 * What a folder of evidence holds, with the SHA-256 of each file, signed: whoever gets it can tell whether it is what was
 * handed out. The key is that of the audit trail; the signature stands in a file of its own.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { fingerprintOf } from "../trail/head";

export const manifestFile = "manifest.json";
export const signatureFile = "manifest.sig.json";

const fileSchema = z.strictObject({
  name: z.string(),
  bytes: z.int().nonnegative(),
  /** Hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const partSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  source: z.string(),
  rows: z.int().nonnegative(),
  files: z.array(z.string()),
  notes: z.array(z.string()),
  /** Why it could not be had, or not whole. */
  missing: z.string().optional(),
});

export const manifestSchema = z.strictObject({
  form: z.literal(1),
  company: z.string(),
  stack: z.string(),
  environment: z.string(),
  /** Everything is evaluated at this moment, UTC. */
  asOf: z.iso.datetime(),
  since: z.iso.datetime(),
  /** When it was put together, UTC. */
  madeAt: z.iso.datetime(),
  commit: z.string().optional(),
  parts: z.array(partSchema),
  files: z.array(fileSchema),
});
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
export type ManifestFile = Manifest["files"][number];
export type ManifestPart = Manifest["parts"][number];

const signatureSchema = z.strictObject({
  form: z.literal(1),
  /** Public key, SPKI in base64url. */
  key: z.string(),
  /** Ed25519 over the manifest, base64url. */
  signature: z.string(),
});

/** JSON with a line end. @throws ZodError if it is not of the form that a reader checks */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifestSchema.parse(manifest), undefined, 2)}\n`;
}

/**
 * JSON with the public key (SPKI) and the signature, both base64url.
 *
 * @param manifest the text of its file
 * @param key private, Ed25519
 */
export function signatureText(manifest: string, key: KeyObject): string {
  const signature = {
    form: 1,
    key: spkiOf(createPublicKey(key)),
    signature: sign(null, signed(manifest), key).toString("base64url"),
  };
  return `${JSON.stringify(signature, undefined, 2)}\n`;
}

export interface Signed {
  /** What is wrong; undefined: nothing. */
  readonly problem?: string;
  /** What a reader should know. */
  readonly note?: string;
}

/**
 * @param signature text of the signature's file; undefined where there is none
 * @param trusted the keys of which it has to be one; none: whichever it names
 */
export function judgeSignature(
  manifest: string,
  signature: string | undefined,
  trusted: readonly KeyObject[],
): Signed {
  const names = trusted.map(spkiOf);
  if (signature === undefined) {
    if (names.length > 0) return { problem: "the manifest is not signed, though a key is known" };
    return { note: "the manifest is not signed: whoever may write the folder can have made all of it up" };
  }
  const read = signatureSchema.safeParse(parsed(signature));
  if (!read.success) return { problem: `${signatureFile} cannot be read` };
  const { key } = read.data;
  if (names.length > 0 && !names.includes(key))
    return {
      problem: `the manifest is signed by the key ${fingerprintOf(key)}, not by ${names.map(fingerprintOf).join(" or ")}`,
    };
  if (!isSignedBy(manifest, read.data)) return { problem: "the signature of the manifest is wrong" };
  if (names.length > 0) return {};
  return { note: `signed by the key ${fingerprintOf(key)}, which nobody has said to be the right one` };
}

function isSignedBy(manifest: string, { key, signature }: z.infer<typeof signatureSchema>): boolean {
  try {
    const by = createPublicKey({ key: Buffer.from(key, "base64url"), format: "der", type: "spki" });
    return verify(null, signed(manifest), by, Buffer.from(signature, "base64url"));
  } catch {
    return false;
  }
}

/** What is signed begins with what it is: a signature of something else is none of this. */
function signed(manifest: string): Buffer {
  return Buffer.from(`bitbucket-keycloak evidence 1\n${manifest}`);
}

function spkiOf(key: KeyObject): string {
  return key.export({ format: "der", type: "spki" }).toString("base64url");
}

/** Hexadecimal. A text counts as UTF-8. */
export function sha256Of(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
