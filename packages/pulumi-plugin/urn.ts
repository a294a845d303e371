/**
 * How the engine names a resource: `urn:pulumi:<stack>::<project>::<types>::<name>`, where `types` are the types of the
 * components that it stands in, the outermost first, and its own, with `$` between them. A name may hold anything, `::`
 * and `$` included. https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
 */

export interface Urn {
  readonly stack: string;
  readonly project: string;
  /** Types of the components that it stands in, the outermost first. The stack itself is none of them. */
  readonly within: readonly string[];
  /** Token: `bitbucket:index:ProjectPermissions`. */
  readonly type: string;
  readonly name: string;
}

const prefix = "urn:pulumi:";

/** Takes a URN apart; undefined where the text is none. */
export function parseUrn(text: string): Urn | undefined {
  const [head = "", project = "", chain = "", ...rest] = text.split("::");
  const [stack, types, name] = [head.slice(prefix.length), chain.split("$"), rest.join("::")];
  const type = types.at(-1) ?? "";
  if (!head.startsWith(prefix) || [stack, project, name, ...types].includes("")) return undefined;
  return { stack, project, within: types.slice(0, -1), type, name };
}

/**
 * The same of what the engine has given.
 *
 * @throws if the text is no URN
 */
export function readUrn(text: string): Urn {
  const urn = parseUrn(text);
  if (urn !== undefined) return urn;
  throw new Error(`found "${text}", which is no URN; one is ${prefix}<stack>::<project>::<types>::<name>`);
}

/** The URN in a reference to a provider, which is a URN, then `::` and an id; empty where there is no reference. */
export function providerUrn(reference: string): string {
  return reference.slice(0, Math.max(0, reference.lastIndexOf("::")));
}
