/**
 * Names that Bitbucket gives to things: UUIDs with braces, hashes of commits, slugs of groups.
 */
import { createHash, randomUUID } from "node:crypto";

/** A new UUID, with braces. */
export function newUuid(): string {
  return `{${randomUUID()}}`;
}

/** The same UUID for the same name, so that a seed means the same objects every time. */
export function uuidOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`];
  return `{${[...parts, hex.slice(20, 32)].join("-")}}`;
}

/** SHA-256 of an API token, hexadecimal. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** The slug that Bitbucket derives from a group's name: ASCII letters and digits, the rest hyphens. */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
