/** What a realm publishes of its keys, and which of them signs. */
import { createHash } from "node:crypto";

/** A certificate, in the form that people paste, and what they know it by. */
export interface Certificate {
  /** With its header and footer. */
  readonly pem: string;
  /** SHA-256, 64 hexadecimal digits. */
  readonly fingerprint: string;
}

/** What a realm's keys endpoint says of one. */
export interface RealmKey {
  readonly providerId?: string;
  readonly providerPriority?: number;
  readonly status?: string;
  readonly certificate?: string;
}

/** Keycloak signs with the active key of the highest priority. */
export function signingOf(keys: readonly RealmKey[]): Certificate | undefined {
  const [first] = keys
    .filter(({ status }) => status === "ACTIVE")
    .sort((a, b) => (b.providerPriority ?? 0) - (a.providerPriority ?? 0));
  return certificateOf(first);
}

/** @returns undefined for a key without a certificate */
export function certificateOf(key: RealmKey | undefined): Certificate | undefined {
  if (key?.certificate === undefined) return undefined;
  const lines = key.certificate.match(/.{1,64}/g) ?? [];
  return {
    pem: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
    fingerprint: createHash("sha256").update(Buffer.from(key.certificate, "base64")).digest("hex"),
  };
}
