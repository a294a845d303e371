/**
 * Whether a step of the engine takes rights away and does nothing else. Only what holds rights is looked into: of any
 * other resource nobody can say here what its change means.
 */
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import { canonical, permissions } from "../../access";
import type { EngineStep } from "../../engine/steps";

type Inputs = Readonly<Record<string, unknown>>;
type Thing = Readonly<Record<string, unknown>>;

/** By type: whether what is declared from now on is a part of what was. */
const shrinks: Readonly<Record<string, (before: Inputs, after: Inputs) => boolean>> = {
  Role: among("compositeRoles"),
  GroupRoles: among("roleIds"),
  UserRoles: among("roleIds"),
  ProjectPermissions: holdersShrink,
  RepositoryPermissions: holdersShrink,
  BranchRestrictions: restrictionsShrink,
};

/** What may go as a whole; restrictions may not, since they are a gate. */
const mayGo = new Set([
  "Role",
  "GroupRoles",
  "UserRoles",
  "GenericRoleMapper",
  "ProjectPermissions",
  "RepositoryPermissions",
]);

/** Whether the step is about something that holds rights. */
export function holdsRights({ urn }: Pick<EngineStep, "urn">): boolean {
  const type = typeOf(urn);
  return type in shrinks || mayGo.has(type);
}

/**
 * Whether the step deletes rights, or updates a list of them to a part of what it was. A gate that goes is no
 * removal.
 */
export function isRemoval({ op, urn, oldState, newState }: EngineStep): boolean {
  const type = typeOf(urn);
  if (op === "delete") return mayGo.has(type);
  const [before, after] = [oldState?.inputs, newState?.inputs];
  return (
    op === "update" && before !== undefined && after !== undefined && shrinks[type]?.(before, after) === true
  );
}

/** Whether nothing but a list differs, and it has lost entries alone. */
function among(key: string): (before: Inputs, after: Inputs) => boolean {
  return (before, after) => {
    const had = new Set(listOf(before, key).map((one) => JSON.stringify(one)));
    return (
      isSame(without(before, key), without(after, key)) &&
      listOf(after, key).every((one) => had.has(JSON.stringify(one)))
    );
  };
}

function holdersShrink(before: Inputs, after: Inputs): boolean {
  const name = ({ group, user }: Thing) => JSON.stringify([group, user]);
  const had = new Map(listOf(before, "holders").map((one) => [name(one), one.permission]));
  return (
    isSame(without(before, "holders"), without(after, "holders")) &&
    listOf(after, "holders").every((one) => {
      const was = rank(had.get(name(one)));
      return was >= 0 && rank(one.permission) <= was;
    })
  );
}

/** Nobody may join those whom a restriction lets through; whatever else it says stays. */
function restrictionsShrink(before: Inputs, after: Inputs): boolean {
  const key = (one: Thing) => canonical(without(without(one, "groups"), "users"));
  const had = new Map(listOf(before, "restrictions").map((one) => [key(one), one]));
  const has = listOf(after, "restrictions");
  return (
    isSame(without(before, "restrictions"), without(after, "restrictions")) &&
    has.length === listOf(before, "restrictions").length &&
    has.every((one) => {
      const was = had.get(key(one));
      return (
        was !== undefined &&
        ["groups", "users"].every((list) => isPart(namesIn(one, list), namesIn(was, list)))
      );
    })
  );
}

function isPart(after: readonly string[], before: readonly string[]): boolean {
  return after.every((name) => before.includes(name));
}

function namesIn(thing: Thing, key: string): string[] {
  return listOf(thing, key).map((one) => JSON.stringify(one));
}

function rank(permission: unknown): number {
  return permissions.findIndex((one) => one === permission);
}

function listOf(inputs: Inputs, key: string): readonly Thing[] {
  const list = inputs[key];
  return Array.isArray(list) ? (list as Thing[]) : [];
}

function without(inputs: Inputs, key: string): Inputs {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name]) => name !== key && !name.startsWith("__")),
  );
}

function isSame(before: Inputs, after: Inputs): boolean {
  return canonical(before) === canonical(after);
}

/** Example: `GroupRoles`. */
function typeOf(urn: string): string {
  return readUrn(urn).type.split(":").at(-1) ?? "";
}
