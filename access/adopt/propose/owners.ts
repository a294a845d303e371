/** Who might own the workspace, with the evidence. Pure. */
import { reservedTeams } from "../../file/nameRules";
import { compare } from "../../problem";
import type { Found } from "../found";
import type { People } from "./people";

export interface ProposedOwner {
  readonly name: string;
  /** The evidence. */
  readonly because: string;
  /** Whether somebody has confirmed it, or it is plain. */
  readonly isSure: boolean;
}

/**
 * Two people at least.
 *
 * @param confirmed user names that somebody has confirmed, in their order. Default: none, and they are proposed
 * @throws Error where the realm has not as many
 */
export function ownersOf(
  { workspace }: Pick<Found, "workspace">,
  people: People,
  confirmed?: readonly string[],
): ProposedOwner[] {
  const strange = (confirmed ?? []).filter((name) => !people.known.has(name));
  if (strange.length > 0)
    throw new Error(`owners: found ${strange.join(", ")}, whom the realm does not have, or who cannot be written into the file; name people of the realm who are enabled and have an address of their own`); // prettier-ignore
  const sure = (confirmed ?? []).map((name): ProposedOwner => ({ name, because: "confirmed", isSure: true }));
  const administers = new Set([
    ...workspace.groups.flatMap(({ slug, members }) => (reservedTeams.includes(slug) ? members : [])),
    ...workspace.accounts.flatMap(({ uuid, membership }) => (membership === "owner" ? [uuid] : [])),
  ]);
  const everybody = [...people.known.values()];
  const administrators = everybody
    .filter(({ account }) => account !== undefined && administers.has(account))
    .map(({ username }): ProposedOwner => ({
      name: username,
      because: "administers the workspace",
      isSure: true,
    }));
  const proposed = sure.length > 0 ? sure : administrators;
  if (proposed.length >= 2) return proposed;
  const rest = everybody
    .filter(({ username }) => !proposed.some(({ name }) => name === username))
    .map(({ username, account = "" }) => ({ username, ...places(account, workspace) }))
    .sort(
      (a, b) => b.administered - a.administered || b.groups - a.groups || compare(a.username, b.username),
    );
  const further = rest.slice(0, 2 - proposed.length).map(({ username, administered }): ProposedOwner => ({
    name: username,
    because: administered > 0 ? `administers ${administered} projects and repositories: choose` : "nobody else was found: choose", // prettier-ignore
    isSure: false,
  }));
  const all = [...proposed, ...further];
  if (all.length >= 2) return all;
  throw new Error(
    `owners: found ${all.length === 0 ? "nobody" : `${all[0]?.name ?? ""} alone`} in the realm who is enabled and has an address of their own; allowed: two people at least; bring the people into the realm first, by a directory or by hand`,
  );
}

function places(account: string, { groups, projects, repositories }: Found["workspace"]) {
  const own = groups.filter(({ members }) => members.includes(account)).map(({ slug }) => slug);
  const administered = [...projects, ...repositories].filter(({ holders }) =>
    (holders as readonly { group?: string; user?: string; permission: string }[]).some(
      ({ group = "", user, permission }) =>
        permission === "admin" && (user === account || own.includes(group)),
    ),
  );
  return { administered: administered.length, groups: own.length };
}
