/**
 * Runs a piece of program against Pulumi's mocks and tells exactly what it placed: type, name, inputs (secrets
 * still marked), parent and options.
 */
import * as pulumi from "@pulumi/pulumi";

export interface Placed {
  readonly type: string;
  readonly name: string;
  /** With `secret(value)` where Pulumi would keep it secret. */
  readonly inputs: Record<string, unknown>;
  /** Name of the parent component. */
  readonly parent?: string;
  readonly protect: boolean;
  /** Name of the resource that takes this one along when it goes. */
  readonly deletedWith?: string;
  /** Before what something is asked first: `["beforeUpdate"]`. */
  readonly hooks?: readonly string[];
  /** Inputs whose changes elsewhere are left alone. */
  readonly ignored?: readonly string[];
}

/** What the engine tells a hook. */
export type HookArgs = Parameters<pulumi.ResourceHookFunction>[0];

const hookFunctions = new WeakMap<Placed, pulumi.ResourceHookBinding>();

/**
 * Runs what is asked before something is done with a resource, as the engine does.
 *
 * @param before `beforeCreate` or `beforeUpdate`
 * @param inputs what its hooks look at
 * @throws whatever a hook refuses with
 */
export async function ask(
  resource: Placed,
  before: "beforeCreate" | "beforeUpdate",
  inputs: Pick<HookArgs, "oldInputs" | "newInputs">,
): Promise<void> {
  const { type, name } = resource;
  for (const hook of hookFunctions.get(resource)?.[before] ?? []) {
    if (typeof hook !== "function") throw new Error(`${name}: a hook that is no function`);
    const urn = `urn:pulumi:test::bitbucket-keycloak::${type}::${name}`;
    await hook({ urn, id: `${name}-id`, name, type, ...inputs });
  }
}

/** What a secret input looks like in {@link Placed.inputs}. */
interface Secret {
  readonly secret: unknown;
}

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/**
 * All resources that `program` places, sorted by type and name, components left out.
 *
 * @param outputs what the plugin of a type would add to its inputs, for example `{uuid: "{1}"}`
 */
export async function placed(
  program: () => unknown,
  outputs: (type: string) => Record<string, unknown> = () => ({}),
): Promise<Placed[]> {
  const custom: Placed[] = [];
  const options = new Map<string, Pick<Placed, "parent" | "protect" | "deletedWith" | "hooks" | "ignored">>();
  const bound = new Map<string, pulumi.ResourceHookBinding>();
  const pending: Promise<unknown>[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom: isCustom }) => {
        const plain = unwrap(inputs) as Record<string, unknown>;
        if (isCustom)
          custom.push({ type, name, inputs: plain, protect: false, ...options.get(`${type} ${name}`) });
        return { id: `${name}-id`, state: { ...(inputs as object), ...generated(type), ...outputs(type) } };
      },
      call: ({ token, inputs }) => ({ ...(inputs as object), ...answered[token] }),
    },
    "bitbucket-keycloak",
    "test",
    false,
  );
  await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(({ type, name, props, opts, resource }) => {
      const { deletedWith, hooks, ignoreChanges } = opts as pulumi.CustomResourceOptions;
      options.set(`${type} ${name}`, {
        protect: opts.protect === true,
        ...(opts.parent && nameOf(opts.parent) !== undefined && { parent: nameOf(opts.parent) }),
        ...(deletedWith && { deletedWith: nameOf(deletedWith) }),
        ...(hooks && { hooks: Object.keys(hooks) }),
        ...(ignoreChanges && { ignored: ignoreChanges }),
      });
      if (hooks) bound.set(`${type} ${name}`, hooks);
      pending.push(Promise.resolve().then(() => new Promise((resolve) => resource.urn.apply(resolve))));
      // The mocks know no hooks.
      return { props, opts: { ...opts, hooks: undefined } };
    });
    program();
    return Promise.resolve(undefined);
  });
  await Promise.all(pending);
  for (const one of custom) {
    const hooks = bound.get(`${one.type} ${one.name}`);
    if (hooks) hookFunctions.set(one, hooks);
  }
  return custom.sort((a, b) => `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`));
}

/** The one placed resource of this type and name. */
export function only(all: readonly Placed[], type: string, name: string): Placed {
  const found = all.filter((one) => one.type === type && one.name === name);
  const [one] = found;
  if (one === undefined || found.length > 1) {
    throw new Error(
      `${type} ${name}: placed ${found.length} times; of this type: ${namesOf(all, type).join(", ")}`,
    );
  }
  return one;
}

export function namesOf(all: readonly Placed[], type: string): string[] {
  return all.filter((one) => one.type === type).map((one) => one.name);
}

function nameOf(resource: pulumi.Resource): string | undefined {
  return (resource as unknown as { __name?: string }).__name;
}

/** Generated values, so that what is made of a secret can be followed. */
function generated(type: string): Record<string, unknown> {
  return type === "random:index/randomPassword:RandomPassword"
    ? { result: { [signature]: secretSignature, value: "generated" } }
    : {};
}

/** What functions add to their arguments. */
const answered: Readonly<Record<string, Record<string, unknown>>> = {
  "keycloak:index/getRealmKeys:getRealmKeys": { keys: [] },
};

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (value === null || typeof value !== "object") return value;
  const object = value as Record<string, unknown>;
  if (object[signature] === secretSignature) return { secret: unwrap(object.value) } satisfies Secret;
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, unwrap(inner)]));
}
