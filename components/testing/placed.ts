/**
 * Runs a piece of program against Pulumi's mocks and tells exactly what it asks the engine for: URN, type, name, inputs
 * (secrets still marked), parent and options.
 */
import * as pulumi from "@pulumi/pulumi";

export interface Placed {
  /** As the engine would give it: the mocks' own names the innermost component alone. */
  readonly urn: string;
  /** URNs that it says it had. Those that follow from its parent's are not here: a run after one that died knows none. */
  readonly aliases: readonly string[];
  readonly type: string;
  readonly name: string;
  /** Whether it is no component. */
  readonly custom: boolean;
  /** With `{ secret: value }` where Pulumi would keep it secret. */
  readonly inputs: Record<string, unknown>;
  /** Name of the parent component. */
  readonly parent?: string;
  /** Its URN; empty for what lies at the root of the stack. */
  readonly parentUrn: string;
  readonly protect: boolean;
  /** Whether what it stands for stays when it goes. */
  readonly retained?: true;
  /** Name of the resource that takes this one along when it goes. */
  readonly deletedWith?: string;
  /** Names of what it was told to wait for, or is made of. */
  readonly dependencies: readonly string[];
  /** Before what something is asked first: `["beforeUpdate"]`. */
  readonly hooks?: readonly string[];
  /** Inputs whose changes elsewhere are left alone. */
  readonly ignored?: readonly string[];
  /** Inputs a change of which makes another resource, besides those that its provider names. */
  readonly replacing: readonly string[];
  /** Of a component: whether it has said that it is complete. */
  readonly complete: boolean;
}

/** What the engine tells a hook. */
export type HookArgs = Parameters<pulumi.ResourceHookFunction>[0];

/** What the plugins of a test give. */
export interface Played {
  /** What the plugin of a type would add to its inputs, for example `{ uuid: "{1}" }`. */
  readonly outputs?: (type: string, urn: string) => Record<string, unknown>;
  /** The id of a resource. Default: its name, and `-id`. */
  readonly idOf?: (urn: string, name: string) => string;
  /** Name of the stack. Default: `test`. */
  readonly stack?: string;
}

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
  const { urn, type, name } = resource;
  for (const hook of hookFunctions.get(resource)?.[before] ?? []) {
    if (typeof hook !== "function") throw new Error(`${name}: a hook that is no function`);
    await hook({ urn, id: `${name}-id`, name, type, ...inputs });
  }
}

/** What a secret input looks like in {@link Placed.inputs}. */
interface Secret {
  readonly secret: unknown;
}

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const stackType = "pulumi:pulumi:Stack";
const project = "bitbucket-keycloak";

/** All resources that `program` places, sorted by type and name, components left out. */
export async function placed(program: () => unknown, outputs?: Played["outputs"]): Promise<Placed[]> {
  const all = await registered(program, outputs && { outputs });
  return all.filter(({ custom }) => custom);
}

/** As much of the mocks' monitor as is looked into. */
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: Request, answer: unknown): Promise<void>;
  registerResourceOutputs(request: { getUrn(): string }, answer: unknown): unknown;
}
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletedwith(): string;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
}

/**
 * All resources that `program` registers, components included, sorted by type and name.
 *
 * @throws if two of them have one URN, which the engine refuses
 */
export async function registered(program: () => unknown, played: Played = {}): Promise<Placed[]> {
  const { outputs = () => ({}), idOf = (_, name) => `${name}-id`, stack = "test" } = played;
  const urnOf = urnsOf(`urn:pulumi:${stack}::${project}::`);
  const all = new Map<string, Placed>();
  const resources: pulumi.Resource[] = [];
  const bound = new Map<pulumi.Resource, pulumi.ResourceHookBinding>();
  const complete = new Set<string>();
  let request: Request | undefined;
  let twice: string | undefined;
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom = false }) => {
        const urn = urnOf(request?.getParent() ?? "", type, name);
        if (request && type !== stackType) {
          if (all.has(urn)) twice = urn;
          all.set(urn, { urn, custom, ...seen(request, unwrap(inputs) as Placed["inputs"]) });
        }
        const state = { ...(inputs as object), ...generated(type), ...outputs(type, urn) };
        return { id: idOf(urn, name), state };
      },
      call: ({ token, inputs }) => ({ ...(inputs as object), ...answered[token] }),
    },
    project,
    stack,
    false,
    "organization",
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  monitor.newUrn = urnOf;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (asked, answer) => {
    request = asked;
    return register(asked, answer);
  };
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (asked, answer) => {
    complete.add(asked.getUrn());
    return registerOutputs(asked, answer);
  };
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ props, opts, resource }) => {
      const { hooks } = opts as pulumi.CustomResourceOptions;
      resources.push(resource);
      if (hooks) bound.set(resource, hooks);
      // The mocks know no hooks.
      return { props, opts: { ...opts, hooks: undefined } };
    });
    await program();
    return undefined;
  });
  // Otherwise the stack would say that it is complete to the mocks of the next run.
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  for (const resource of resources) {
    const urn = await valueOf(resource.urn);
    const one = all.get(urn);
    if (one === undefined) continue;
    const hooks = bound.get(resource);
    const own = (resource as unknown as { __aliases: pulumi.Output<string>[] }).__aliases;
    const more: Placed = {
      ...one,
      complete: complete.has(urn),
      aliases: (await Promise.all(own.map(valueOf))).map(withoutStack),
      ...(hooks && { hooks: Object.keys(hooks) }),
    };
    all.set(urn, more);
    if (hooks) hookFunctions.set(more, hooks);
  }
  if (twice !== undefined) throw new Error(`two resources have the URN ${twice}`);
  return [...all.values()].sort((a, b) => `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`));
}

/** The engine's: types of all the components that a resource stands in, the stack left out. */
function urnsOf(head: string): Monitor["newUrn"] {
  return (parent, type, name) => {
    const chain = parent.split("::")[2] ?? "";
    return `${head}${chain === "" || chain === stackType ? "" : `${chain}$`}${type}::${name}`;
  };
}

const withoutStack = (urn: string) => urn.replace(`::${stackType}$`, "::");

function seen(request: Request, inputs: Placed["inputs"]): Omit<Placed, "urn" | "custom"> {
  const [parent, deletedWith] = [request.getParent(), request.getDeletedwith()];
  const isStack = parent === "" || parent.includes(`::${stackType}::`);
  const ignored = request.getIgnorechangesList();
  return {
    type: request.getType(),
    name: request.getName(),
    inputs,
    aliases: [],
    complete: false,
    protect: request.getProtect(),
    ...(request.getRetainondelete() && { retained: true }),
    dependencies: request.getDependenciesList().map(nameIn),
    replacing: request.getReplaceonchangesList(),
    parentUrn: isStack ? "" : parent,
    ...(!isStack && { parent: nameIn(parent) }),
    ...(deletedWith !== "" && { deletedWith: nameIn(deletedWith) }),
    ...(ignored.length > 0 && { ignored }),
  };
}

const nameIn = (urn: string): string => urn.split("::").slice(3).join("::");

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

/** Names of the placed resources of a type. */
export function namesOf(all: readonly Placed[], type: string): string[] {
  return all.filter((one) => one.type === type).map((one) => one.name);
}

/** What an output comes to. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

/**
 * Why a component is refused, of which nothing may have been registered.
 *
 * @param place declares what is fine
 * @param refused declares the component
 */
export async function refusal<T>(place: () => T, refused: (placed: T) => unknown): Promise<string> {
  let message = "";
  const all = await registered(() => {
    const fine = place();
    try {
      refused(fine);
    } catch (error) {
      if (!pulumi.RunError.isInstance(error)) throw error;
      ({ message } = error);
    }
  });
  const before = await registered(place);
  if (all.length !== before.length) throw new Error("something of it was registered");
  return message;
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
