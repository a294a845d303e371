/** Two worlds that were built by different ways, compared: what they hold without its ids, and what became of each id. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Names of what differs between two equal worlds. */
const passing = new Set([
  "id",
  "created_on",
  "uuid",
  "containerId",
  "links",
  "createdTimestamp",
  "_id",
  "clientSecret",
  "client.secret.creation.time",
]);
/** What Keycloak keeps of a client without a root URL once the client has been updated; until then, nothing. */
const noUrl = "";
const identifier = /\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?/g;
/** Of the run that made it. */
const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** The same, sorted, without what is made anew each time; lists keep what they hold twice. */
export function bare(value: Json): Json {
  if (typeof value === "string") return value.replace(identifier, "(an id)").replace(moment, "(a moment)");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return inOrder(value);
  const entries = Object.entries(value).filter(
    ([key, child]) => !passing.has(key) && !(key === "rootUrl" && child === noUrl),
  );
  // What is kept by id is a list, as far as two worlds can be compared.
  const isById = ([key]: [string, Json]) => key.replace(identifier, "") === "";
  const byId = entries.filter(isById).map(([, child]) => child);
  const byName = entries
    .filter((entry) => !isById(entry))
    .map(([key, child]): [string, Json] => [key, bare(child)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...Object.fromEntries(byName), ...(byId.length > 0 && { "(by id)": inOrder(byId) }) };
}

function inOrder(values: readonly Json[]): Json[] {
  return values.map(bare).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** What each id in there is called: where it stands first, and its name. */
export function namesById(value: Json, place = "", found = new Map<string, string>()): Map<string, string> {
  if (typeof value !== "object" || value === null) return found;
  if (Array.isArray(value)) for (const child of value) namesById(child, place, found);
  else {
    const id = value.id ?? value.uuid;
    const name = named.map((key) => value[key]).find((one) => typeof one === "string");
    if (typeof id === "string" && name !== undefined && !found.has(id)) found.set(id, `${place} ${name}`);
    for (const [key, child] of Object.entries(value)) namesById(child, `${place}/${key}`, found);
  }
  return found;
}

/** By what things are called, the most telling first. */
const named = ["path", "username", "clientId", "display_name", "slug", "key", "name", "alias", "kind"];

/** What became of whatever was there before: its name of after, by its name of before. */
export function becameOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Record<string, string> {
  const all = [...before].map(([id, name]): [string, string] => [name, after.get(id) ?? "gone"]);
  return Object.fromEntries(all.sort());
}

/**
 * What people had or lacked on the way that no end of it explains, a line each.
 *
 * @param seen by what was asked on the way, the first at the beginning and the last at the end
 */
export function strayRights(seen: readonly Seen[]): string[] {
  const [before = new Set<string>(), after = new Set<string>()] = [seen[0]?.rights, seen.at(-1)?.rights];
  return seen.flatMap(({ when, rights }) => [
    ...[...rights]
      .filter((one) => !before.has(one) && !after.has(one))
      .map((one) => `${when} somebody had ${one}`),
    ...[...before]
      .filter((one) => after.has(one) && !rights.has(one))
      .map((one) => `${when} somebody lacked ${one}`),
  ]);
}

export interface Seen {
  readonly when: string;
  readonly rights: ReadonlySet<string>;
}
