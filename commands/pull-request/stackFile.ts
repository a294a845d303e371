/**
 * A stack file that somebody proposes. It lies beside credentials when it is previewed, and it says where those are sent
 * and what they unlock: an address, a realm or a workspace of the proposer's choice would receive the administrator's
 * password, an encrypted value copied into a setting would be decrypted and shown, a `pulumi:` setting or an `environment:`
 * would change what runs. So the file of the target branch stays; only the settings of this program are taken over, apart
 * from those that say where.
 */
import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";
import { InvalidAccess, parseStackFile, pinnedSettings, projectName } from "../../access";
import { alikeWhenWritten } from "../../access/file/readings";
import type { SettingChange } from "../preview/report";

export interface ProposedStack {
  readonly text: string;
  readonly changes: readonly SettingChange[];
}

/** Where credentials are sent, and whose members are read: by map, its keys. */
const pinned: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  pinnedSettings.map((setting) => {
    const [map = ""] = setting.split(".");
    return [
      map,
      pinnedSettings.flatMap((one) => (one.startsWith(`${map}.`) ? [one.slice(map.length + 1)] : [])),
    ];
  }),
);

/**
 * @param present text of the target branch
 * @param proposed text of the proposal
 * @throws InvalidAccess where the proposal's own text is wrong
 */
export function proposedStack(present: string, proposed: string, file: string): ProposedStack {
  const read = parseStackFile(proposed, file);
  if (!read.ok) throw new InvalidAccess(read.problems);
  const document = parseDocument(present, alikeWhenWritten);
  const [own, other] = [partsOf(document.toJS()), partsOf(parseDocument(proposed).toJS())];
  const changes: SettingChange[] = [];

  for (const setting of keysOf(own.settings, other.settings)) {
    const path = ["config", `${projectName}:${setting}`];
    const [was, is] = [own.settings[setting], other.settings[setting]];
    for (const [name, before, after] of differences(setting, was, is)) {
      const key = name.slice(setting.length + 1);
      changes.push({
        file,
        setting: name,
        ...shown("before", before),
        ...shown("after", after),
        previewed: !(pinned[setting]?.includes(key) ?? false),
      });
    }
    if (is === undefined) document.deleteIn(path);
    else if (!isDeepStrictEqual(was, is)) document.setIn(path, document.createNode(kept(setting, was, is)));
  }
  for (const key of keysOf(own.rest, other.rest)) {
    if (!isDeepStrictEqual(own.rest[key], other.rest[key]))
      changes.push({ file, setting: key, previewed: false });
  }
  return { text: document.toString(), changes };
}

type Entries = Record<string, unknown>;

/** The settings of this program, and everything else by a key that says where it stands. */
function partsOf(content: unknown): { settings: Entries; rest: Entries } {
  const { config, ...rest } = entriesOf(content);
  const parts: { settings: Entries; rest: Entries } = { settings: {}, rest };
  for (const [key, value] of Object.entries(entriesOf(config))) {
    if (key.startsWith(`${projectName}:`)) parts.settings[key.slice(projectName.length + 1)] = value;
    else parts.rest[`config ${key}`] = value;
  }
  return parts;
}

/** The proposed value, with what is pinned as it was. */
function kept(setting: string, was: unknown, is: unknown): unknown {
  const keys = pinned[setting];
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
