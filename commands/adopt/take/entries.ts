/**
 * What was found, as the state has it: of each resource that a plan would make, the one that is there already. What was read
 * goes in, and not what is declared, or the next preview would prove nothing. Pure.
 */
import { restrictionKey } from "@pulumi/bitbucket/resources/branch-restrictions";
import { holderKey } from "@pulumi/bitbucket/resources/holders";
import type { Found, FoundRepository, RepositoryPart } from "../../../access/adopt/found";

/** What a state has of a resource that is there. */
export interface Taken {
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

type Inputs = Readonly<Record<string, unknown>>;
type Taker = (planned: Inputs, found: Found) => Taken | undefined;

/** Inputs are part of the outputs, as our own plugins write them. */
const ours = (id: string, inputs: Inputs, outputs: Inputs): Taken => ({
  id,
  inputs,
  outputs: { ...inputs, ...outputs },
});

/** Of a list: all of its entries were there before. */
const list = (id: string, inputs: Inputs, keys: readonly string[]): Taken =>
  ours(id, inputs, { adopted: keys, placed: [] });

/** What was not read is not empty: nothing of it is taken. */
const inRepository =
  (
    part: RepositoryPart,
    take: (planned: Inputs, repository: FoundRepository, id: string) => Taken | undefined,
  ): Taker =>
  (planned, { workspace }) => {
    const there = workspace.repositories.find(({ slug }) => slug === planned.repository);
    if (there === undefined || there.unread?.includes(part)) return undefined;
    return take({ ...planned, repositoryUuid: there.uuid }, there, `${workspace.slug}/${there.slug}`);
  };

function without(one: object, key: string): Inputs {
  return Object.fromEntries(Object.entries(one).filter(([name]) => name !== key));
}

const projectOf = ({ project }: Inputs, { workspace }: Found) =>
  workspace.projects.find(({ key }) => key === project);

const takers: Readonly<Record<string, Taker>> = {
  "bitbucket:index:Group": (planned, { workspace }) => {
    const there = workspace.groups.find(({ name, slug }) => [name, slug].includes(String(planned.name)));
    return there && ours(`${workspace.slug}/${there.slug}`, planned, { slug: there.slug, adopted: true });
  },
  "bitbucket:index:ProjectIdentity": (planned, found) => {
    const there = projectOf(planned, found);
    return there && ours(`${found.workspace.slug}/${there.key}`, planned, { uuid: there.uuid });
  },
  "bitbucket:index:ProjectPermissions": (planned, found) => {
    const there = projectOf(planned, found);
    // What was not read is not empty.
    if (there === undefined || there.unread?.includes("holders")) return undefined;
    const { holders, uuid, key } = there;
    const inputs = { ...planned, projectUuid: uuid, holders };
    return list(`${found.workspace.slug}/${key}`, inputs, holders.map(holderKey));
  },
  "bitbucket:index:RepositoryIdentity": (planned, { workspace }) => {
    const there = workspace.repositories.find(({ slug }) => slug === planned.repository);
    return there && ours(`${workspace.slug}/${there.slug}`, planned, { uuid: there.uuid });
  },
  "bitbucket:index:RepositoryPermissions": inRepository("holders", (planned, { holders }, id) =>
    list(id, { ...planned, holders }, holders.map(holderKey)),
  ),
  "bitbucket:index:BranchRestrictions": inRepository(
    "restrictions",
    (planned, { restrictions }, id) =>
    list(id, { ...planned, restrictions: restrictions.map((one) => without(one, "id")) }, restrictions.map(restrictionKey)), // prettier-ignore
  ),
  "bitbucket:index:Deployment": inRepository("environments", (planned, { environments }, id) => {
    const there = environments.find(({ name }) => name.toLowerCase() === String(planned.name).toLowerCase());
    if (there === undefined) return undefined;
    // Names that differ in their case alone are one; the state has the spelling that is declared, as a read leaves it.
    const inputs = { ...planned, type: there.type, adminOnly: there.adminOnly };
    return ours(`${id}/${there.uuid}`, inputs, { uuid: there.uuid, adopted: true });
  }),
  "keycloak:index/group:Group": (planned, { realm }) => {
    const there = realm.groups.find(({ path }) => path === `/${String(planned.name)}`);
    // A realm that is yet to be made, or taken over, has no name that a plan knows.
    if (there === undefined || planned.realmId !== realm.realm) return undefined;
    // The plugin has several values of an attribute in one text.
    const attributes = Object.fromEntries(
      Object.entries(there.attributes).map(([key, values]) => [key, values.join("##")]),
    );
    // Where it is within is the parent's matter.
    const inputs = { ...without(planned, "parentId"), attributes };
    return { id: there.id, inputs, outputs: { ...inputs, id: there.id, path: there.path } };
  },
  "keycloak-identity:index:GroupParent": (planned, { realm }) => {
    const there = realm.groups.find(({ id }) => id === planned.groupId);
    if (there === undefined) return undefined;
    const inputs = { realm: realm.realm, groupId: there.id, ...(there.parent !== undefined && { parentId: there.parent }) }; // prettier-ignore
    return ours(`${realm.realm}/${there.id}`, inputs, {});
  },
};

/** What is there of a resource that a plan would make; undefined: nothing, or nothing that can be taken. */
export function takenFor(type: string, planned: Inputs, found: Found): Taken | undefined {
  return takers[type]?.(planned, found);
}

/** Whether something of a type can be taken at all. */
export function isTakeable(type: string): boolean {
  return Object.hasOwn(takers, type);
}
