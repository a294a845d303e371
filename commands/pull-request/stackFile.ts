/**
 * A stack file that somebody proposes. It lies beside credentials when it is previewed, and it says where those are sent
 * and what they unlock: an address, a realm or a workspace of the proposer's choice would receive the administrator's
 * password, an encrypted value copied into a dial would be decrypted and shown, a `pulumi:` setting or an `environment:`
 * would change what runs. So the file of the target branch stays; only the dials of this program are taken over, apart
 * from those that say where.
 */
import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";
import { InvalidAccess, parseStackFile, projectName } from "../../access";
import type { DialChange } from "../preview/report";

export interface ProposedStack {
  readonly text: string;
  readonly changes: readonly DialChange[];
}

/** Where credentials are sent, and whose members are read. */
const pinned: Readonly<Record<string, readonly string[]>> = {
  keycloak: ["url", "realm"],
  bitbucket: ["url", "workspace"],
  signIn: ["url"],
};

/**
 * @param present text of the target branch
 * @param proposed text of the proposal
 * @throws InvalidAccess where the proposal's own text is wrong
 */
export function proposedStack(present: string, proposed: string, file: string): ProposedStack {
  const read = parseStackFile(proposed, file);
  if (!read.ok) throw new InvalidAccess(read.problems);
  const document = parseDocument(present);
  const [own, other] = [partsOf(document.toJS()), partsOf(parseDocument(proposed).toJS())];
  const changes: DialChange[] = [];

  for (const dial of keysOf(own.dials, other.dials)) {
    const path = ["config", `${projectName}:${dial}`];
    const [was, is] = [own.dials[dial], other.dials[dial]];
    for (const [name, before, after] of differences(dial, was, is)) {
      const key = name.slice(dial.length + 1);
      changes.push({
        file,
        dial: name,
        ...shown("before", before),
        ...shown("after", after),
        previewed: !(pinned[dial]?.includes(key) ?? false),
      });
    }
    if (is === undefined) document.deleteIn(path);
    else if (!isDeepStrictEqual(was, is)) document.setIn(path, document.createNode(kept(dial, was, is)));
  }
  for (const key of keysOf(own.rest, other.rest)) {
    if (!isDeepStrictEqual(own.rest[key], other.rest[key]))
      changes.push({ file, dial: key, previewed: false });
  }
  return { text: document.toString(), changes };
}

type Entries = Record<string, unknown>;

/** The dials of this program, and everything else by a key that says where it stands. */
function partsOf(content: unknown): { dials: Entries; rest: Entries } {
  const { config, ...rest } = entriesOf(content);
  const parts: { dials: Entries; rest: Entries } = { dials: {}, rest };
  for (const [key, value] of Object.entries(entriesOf(config))) {
    if (key.startsWith(`${projectName}:`)) parts.dials[key.slice(projectName.length + 1)] = value;
    else parts.rest[`config ${key}`] = value;
  }
  return parts;
}

/** The proposed value, with what is pinned as it was. */
function kept(dial: string, was: unknown, is: unknown): unknown {
  const keys = pinned[dial];
  if (keys === undefined) return is;
  const old = entriesOf(was);
  return { ...entriesOf(is), ...Object.fromEntries(keys.map((key) => [key, old[key]])) };
}

function differences(
  name: string,
  was: unknown,
  is: unknown,
): [name: string, before: unknown, after: unknown][] {
  if (isDeepStrictEqual(was, is)) return [];
  if (!isMap(was) || !isMap(is)) return [[name, was, is]];
  return keysOf(was, is).flatMap((key) => differences(`${name}.${key}`, was[key], is[key]));
}

function shown<Key extends "before" | "after">(key: Key, value: unknown): { readonly [K in Key]?: string } {
  if (value === undefined) return {};
  return { [key]: typeof value === "string" ? value : JSON.stringify(value) } as {
    readonly [K in Key]?: string;
  };
}

function keysOf(...maps: readonly Entries[]): string[] {
  return [...new Set(maps.flatMap((map) => Object.keys(map)))].sort();
}

function isMap(value: unknown): value is Entries {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function entriesOf(value: unknown): Entries {
  return isMap(value) ? value : {};
}
