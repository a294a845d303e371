/** The resources of a stack as a plain list, so that a program without a thought of its own can register them again. */
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";

export interface PlainResource {
  readonly urn: string;
  /** Custom resources are all of the package `echo`; components keep their type. */
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URN; undefined for the stack. */
  readonly parent: string | undefined;
  /** URNs. */
  readonly dependsOn: readonly string[];
}

/** All but the stack itself and its providers, each after what it depends on. */
export function plainResources(resources: readonly ResourceState[]): PlainResource[] {
  return resources
    .filter(({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"))
    .map(({ urn, type, custom = false, inputs = {}, parent, dependencies = [] }) => ({
      urn,
      type: custom ? `echo:index:${type.replace(/\W+/g, "-")}` : type,
      name: readUrn(urn).name,
      custom,
      inputs: unsealed(inputs) as Readonly<Record<string, unknown>>,
      parent,
      dependsOn: dependencies,
    }));
}

const signature = "4dabf18193072939515e22adb298388d";

/** A secret keeps its place and loses its mark and its value: an export holds only what it was encrypted to. */
function unsealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unsealed);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value) return "a secret of about forty characters, or so";
  const members = Object.entries(value).filter(([name]) => !name.startsWith("__"));
  return Object.fromEntries(members.map(([name, member]) => [name, unsealed(member)]));
}
