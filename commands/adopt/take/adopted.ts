/** The state of a stack with what was found in it, in one piece; and without it again. Pure. */
import { providerUrn, readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { adoptedKey, outputNames } from "../../../access";
import type { Found } from "../../../access/adopt/found";
import { isTakeable, takenFor, type Taken } from "./entries";

/** As a state has it. The mark stands for "taken, and not deployed since": a deploy writes it anew, without. */
export type StoredResource = ResourceState & { readonly retainOnDelete?: boolean };

export interface Adopted {
  /** What the stack has from now on, each after what it depends on. */
  readonly resources: readonly StoredResource[];
  /** What was taken, by URN. */
  readonly taken: readonly string[];
}

export interface Planned {
  /** What the stack has. */
  readonly state: readonly StoredResource[];
  /** What the program registers, in its order, with what a plan knows of it. */
  readonly registered: readonly ResourceState[];
}

/**
 * @param newId an id for the entry of a provider: nothing knows providers by them but the state
 * @param within whether a resource is to be taken. Default: each that is there
 * @throws Error where the stack has the same things already, by other names
 */
export function adopted(
  { state, registered }: Planned,
  found: Found,
  newId: () => string,
  within: (urn: string) => boolean = () => true,
): Adopted {
  const known = new Map(state.map((one) => [one.urn, one]));
  const taken = takenOf(
    registered.filter(({ urn }) => !known.has(urn) && within(urn)),
    found,
  );
  refuseTwice(state, taken);
  const byUrn = new Map(registered.map((one) => [one.urn, one]));
  const needed = new Set([...taken.keys()].flatMap((urn) => [urn, ...above(urn, byUrn)]));
  const has = (urn: string) => known.has(urn) || needed.has(urn);
  const fresh = registered.filter(({ urn }) => needed.has(urn) && !known.has(urn));
  const ids = new Map(fresh.filter(isProvider).map(({ urn }) => [urn, newId()]));
  const idOf = (urn: string) => known.get(urn)?.id ?? ids.get(urn) ?? "";
  const resources = fresh.map((planned): StoredResource => {
    const { urn, inputs = {} } = planned;
    const there = taken.get(urn);
    const own = isProvider(planned)
      ? { id: idOf(urn), inputs, outputs: settingsIn(inputs) }
      : { inputs: {}, outputs: {} };
    const provider = providerOf(planned);
    return {
      ...linked(planned, has),
      ...(there ? { ...there, retainOnDelete: true } : own),
      ...(provider !== undefined && { provider: `${provider}::${idOf(provider)}` }),
    };
  });
  const keys = keysOf(taken.keys());
  const all = marked([...state, ...resources], (before) => [...before, ...keys]);
  return { resources: all, taken: [...taken.keys()] };
}

/** The state without what was taken and not deployed since; what nothing is left of goes with it. */
export function withoutTaken(
  state: readonly StoredResource[],
  within: (urn: string) => boolean = () => true,
): { readonly resources: readonly StoredResource[]; readonly gone: readonly string[] } {
  const isTaken = ({ type, urn, retainOnDelete }: StoredResource) =>
    retainOnDelete === true && isTakeable(type) && within(urn);
  const gone = state.filter(isTaken).map(({ urn }) => urn);
  let resources = state.filter(({ urn }) => !gone.includes(urn));
  for (;;) {
    const used = new Set(resources.flatMap((one) => [one.parent ?? "", providerOf(one) ?? ""]));
    const lives = (one: StoredResource) => one.custom !== false && !isProvider(one) ? true : used.has(one.urn) || one.type === "pulumi:pulumi:Stack"; // prettier-ignore
    const left = resources.filter(lives);
    if (gone.length === 0 || left.length === resources.length) break;
    resources = left;
  }
  const has = new Set(resources.map(({ urn }) => urn));
  const rest = resources.map((one) => ({ ...one, ...links(one, (urn) => has.has(urn)) }));
  const lost = keysOf(gone);
  return { resources: marked(rest, (keys) => keys.filter((key) => !lost.includes(key))), gone };
}

/** Bitbucket's remember by themselves what was there before; of Keycloak's the stack does. */
function keysOf(urns: Iterable<string>): string[] {
  return [...urns]
    .map(readUrn)
    .flatMap(({ type, name }) => (type.startsWith("keycloak") ? [adoptedKey(type, name)] : []));
}

/** The state with another output `adopted` of the stack. */
function marked(
  resources: readonly StoredResource[],
  change: (keys: readonly string[]) => readonly string[],
): StoredResource[] {
  return resources.map((one) => {
    if (one.type !== "pulumi:pulumi:Stack") return one;
    const { [outputNames.adopted]: before, ...outputs } = one.outputs ?? {};
    const keys = [...new Set(change(Array.isArray(before) ? (before as string[]) : []))].sort();
    return { ...one, outputs: { ...outputs, ...(keys.length > 0 && { [outputNames.adopted]: keys }) } };
  });
}

function takenOf(planned: readonly ResourceState[], found: Found): Map<string, Taken> {
  const groups = new Map<string, string>();
  const taken = new Map<string, Taken>();
  for (const { urn, type, inputs = {} } of planned) {
    const { name } = readUrn(urn);
    // Its group's id is nothing that a plan knows; both have the team's name.
    const known = type === parentType ? { ...inputs, groupId: groups.get(name) } : inputs;
    const one = takenFor(type, known, found);
    if (one === undefined) continue;
    if (type === groupType) groups.set(name, one.id);
    taken.set(urn, one);
  }
  return taken;
}

const groupType = "keycloak:index/group:Group";
const parentType = "keycloak-identity:index:GroupParent";
const isProvider = ({ type }: ResourceState) => type.startsWith("pulumi:providers:");
const providerOf = ({ provider }: ResourceState) => (provider ? providerUrn(provider) : undefined);

/** The engine keeps what is its own among a provider's inputs alone. */
function settingsIn(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !name.startsWith("__")));
}

/** What has to be in the state for a resource to be in it: its parents and its provider. */
function above(urn: string, byUrn: ReadonlyMap<string, ResourceState>): string[] {
  const one = byUrn.get(urn);
  if (one === undefined) return [];
  const direct = [one.parent, providerOf(one)].filter((other) => other !== undefined && other !== "");
  return direct.flatMap((other) => [other ?? "", ...above(other ?? "", byUrn)]);
}

function linked(planned: ResourceState, has: (urn: string) => boolean): ResourceState {
  const { urn, type, custom, parent, protect } = planned;
  return {
    urn,
    type,
    ...(custom !== undefined && { custom }),
    ...(parent !== undefined && { parent }),
    ...(protect !== undefined && { protect }),
    ...links(planned, has),
  };
}

/** How a resource hangs together with others that the state has. */
function links(one: ResourceState, has: (urn: string) => boolean): Partial<ResourceState> {
  const { dependencies, propertyDependencies, deletedWith } = one;
  const properties = Object.entries(propertyDependencies ?? {});
  return {
    ...(dependencies && { dependencies: dependencies.filter(has) }),
    ...(propertyDependencies && { propertyDependencies: Object.fromEntries(properties.map(([key, urns]) => [key, (urns as readonly string[] | null)?.filter(has) ?? []])) }), // prettier-ignore
    ...(deletedWith !== undefined && { deletedWith: has(deletedWith) ? deletedWith : "" }),
  };
}

/** What the stack has by another name is not taken a second time. */
function refuseTwice(state: readonly ResourceState[], taken: ReadonlyMap<string, Taken>): void {
  const there = new Map(state.map(({ type, id = "", urn }) => [`${type} ${id}`, urn]));
  const twice = [...taken].flatMap(([urn, { id }]) => {
    const { type, name } = readUrn(urn);
    const other = there.get(`${type} ${id}`);
    return other === undefined ? [] : [`${type} ${name} (${id}), which it has as ${readUrn(other).name}`];
  });
  if (twice.length === 0) return;
  throw new Error(
    `the stack has already, by other names: ${twice.join("; ")}; bring the stack up first: npm run deploy`,
  );
}
