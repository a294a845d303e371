/**
 * What the engine may ask of a provider, answered on plain values: no gRPC here, and no resource in particular.
 * Marks (secret, unknown) are taken off before a life cycle sees the values and are put back on what it gives.
 */
import { align } from "./align";
import { complete, type Failure, failuresOf } from "./check";
import type { Provider, Resource, State } from "./define";
import { type Change, differences } from "./diff";
import { invoke } from "./functions";
import { PartlyDone, Problem } from "./problem";
import type { Properties } from "./properties";
import { schemaOf } from "./schema";
import { type Plain, reveal, unknown, type Value, type ValueObject } from "./values";

/** A resource as the engine records it: `properties` are inputs and outputs together. */
export interface Recorded {
  readonly id: string;
  readonly inputs: ValueObject;
  readonly properties: ValueObject;
}

/** Something was made and something failed: what exists has to be recorded with the error. */
export class Incomplete extends Problem {
  override readonly name = "Incomplete";
  constructor(
    readonly recorded: Recorded,
    override readonly cause: PartlyDone,
  ) {
    super(cause.message);
  }
}

export interface Diff {
  readonly changes: ReadonlyMap<string, Change>;
  readonly deleteBeforeReplace: boolean;
  readonly stable: readonly string[];
}

/** What the engine itself puts among a provider's settings. */
const engineSettings = /^(version|pluginDownloadURL|parameterization|pluginChecksums|__.*)$/;

export class Handlers<S> {
  private services: ((call: AbortSignal) => S) | undefined;

  constructor(
    private readonly provider: Provider<S>,
    private readonly life: AbortSignal,
  ) {}

  get version(): string {
    return this.provider.version;
  }

  schema(): string {
    return JSON.stringify(schemaOf(this.provider));
  }

  checkConfig(news: ValueObject): { inputs: ValueObject; failures: Failure[] } {
    const { refused, schema } = this.provider;
    const failures = Object.entries(refused)
      .filter(([name]) => name in news)
      .map(([property, reason]) => ({ property, reason }));
    const settings = Object.entries(news).filter(
      ([name]) => !engineSettings.test(name) && !(name in refused),
    );
    failures.push(...failuresOf(schema, Object.fromEntries(settings)));
    // As they came, without defaults: what nobody set is no setting, and none of it comes from the environment.
    return {
      inputs: Object.fromEntries(Object.entries(news).filter(([name]) => !(name in refused))),
      failures,
    };
  }

  diffConfig(olds: ValueObject, news: ValueObject): Diff {
    const ours = (settings: ValueObject) => pick(settings, this.provider.config);
    const changes = differences(this.provider.config, ours(olds), ours(news));
    return { changes, deleteBeforeReplace: false, stable: [] };
  }

  configure(args: ValueObject): void {
    const config = complete(this.provider.config, pick(args, this.provider.config));
    const failures = failuresOf(this.provider.schema, config);
    if (failures.length > 0) {
      throw new Problem(failures.map(({ property, reason }) => `${property}: ${reason}`).join("; "));
    }
    this.services = this.provider.connect(knownOf(config), this.life);
  }

  check(token: string, olds: ValueObject, news: ValueObject): { inputs: ValueObject; failures: Failure[] } {
    const resource = this.resource(token);
    const inputs = complete(resource.inputs, news);
    const failures = failuresOf(resource.schema, inputs);
    const previous = Object.keys(olds).length === 0 ? undefined : knownOf(olds);
    if (failures.length > 0 || resource.lifecycle.check === undefined) return { inputs, failures };
    const { set = {}, drop = [], failures: more = [] } = resource.lifecycle.check(knownOf(inputs), previous);
    const kept = Object.entries({ ...inputs, ...(set as ValueObject) }).filter(
      ([name]) => !drop.includes(name),
    );
    return { inputs: Object.fromEntries(kept), failures: [...more] };
  }

  /** @param properties what the state has, inputs and outputs together */
  async diff(
    token: string,
    oldInputs: ValueObject,
    properties: ValueObject,
    news: ValueObject,
    call: AbortSignal,
  ): Promise<Diff> {
    const resource = this.resource(token);
    const found = differences(resource.inputs, complete(resource.inputs, oldInputs), news);
    const replaceAll = resource.lifecycle.update === undefined;
    const isSame = !replaceAll && (await this.isSame(resource, found, { oldInputs, properties, news }, call));
    const changes = new Map(
      [...found].map(([path, change]) => [
        path,
        { ...change, replace: replaceAll || (change.replace && !isSame) },
      ]),
    );
    return { changes, deleteBeforeReplace: resource.deleteBeforeReplace, stable: stableOf(resource) };
  }

  /** Whether all that would replace is another name of the same thing. */
  private async isSame(
    resource: Resource<S>,
    found: ReadonlyMap<string, Change>,
    { oldInputs, properties, news }: Readonly<Record<"oldInputs" | "properties" | "news", ValueObject>>,
    call: AbortSignal,
  ): Promise<boolean> {
    const replacing = [...found].flatMap(([path, { replace }]) => (replace ? [path] : []));
    const { naming } = resource;
    if (naming === undefined || replacing.length === 0) return false;
    if (replacing.some((path) => !naming.by.includes(path))) return false;
    return naming.isSame(stateOf(resource, oldInputs, properties), knownOf(news), this.bound(call));
  }

  async create(token: string, news: ValueObject, preview: boolean, call: AbortSignal): Promise<Recorded> {
    const resource = this.resource(token);
    if (preview) return { id: "", inputs: news, properties: { ...unknowns(resource.outputs), ...news } };
    const { id, outputs } = await resource.lifecycle
      .create(reveal(news) as Plain, this.bound(call))
      .catch((thrown: unknown) => { throw recordable(resource, news, thrown); }); // prettier-ignore
    return { id, inputs: news, properties: { ...news, ...marked(resource.outputs, outputs) } };
  }

  /** Undefined: it is gone. */
  async read(
    token: string,
    id: string,
    inputs: ValueObject,
    properties: ValueObject,
    call: AbortSignal,
  ): Promise<Recorded | undefined> {
    const resource = this.resource(token);
    const known = Object.keys(inputs).length > 0 ? inputs : pick(properties, resource.inputs);
    const imported = Object.keys(known).length === 0;
    const previous = imported ? undefined : stateOf(resource, known, properties);
    const found = await resource.lifecycle.read(partsOf(resource, id), this.bound(call), previous);
    if (found === undefined) return undefined;
    const { absent = [] } = found;
    const kept = Object.fromEntries(Object.entries(known).filter(([name]) => !absent.includes(name)));
    return record(resource, kept, found.id, found.inputs as ValueObject, found.outputs);
  }

  async update(
    token: string,
    olds: ValueObject,
    news: ValueObject,
    preview: boolean,
    call: AbortSignal,
  ): Promise<Recorded> {
    const resource = this.resource(token);
    if (preview) {
      const stable = Object.fromEntries(
        stableOf(resource).flatMap((name) => (name in olds ? [[name, olds[name] as Value]] : [])),
      );
      return { id: "", inputs: news, properties: { ...unknowns(resource.outputs), ...stable, ...news } };
    }
    const { lifecycle } = resource;
    if (lifecycle.update === undefined)
      throw new Problem(`a ${resource.name} cannot be changed, only replaced`);
    const outputs = await lifecycle.update(stateOf(resource, olds, olds), reveal(news) as Plain, this.bound(call))
      .catch((thrown: unknown) => { throw recordable(resource, news, thrown); }); // prettier-ignore
    return { id: "", inputs: news, properties: { ...news, ...marked(resource.outputs, outputs) } };
  }

  async delete(token: string, properties: ValueObject, call: AbortSignal): Promise<void> {
    const resource = this.resource(token);
    await resource.lifecycle.delete(stateOf(resource, properties, properties), this.bound(call));
  }

  invoke(token: string, args: ValueObject, call: AbortSignal) {
    return invoke(this.provider.functions ?? [], token, args, () => this.bound(call));
  }

  private resource(token: string): Resource<S> {
    const resource = this.provider.resources.find((known) => known.token === token);
    if (resource !== undefined) return resource;
    const tokens = this.provider.resources.map((known) => known.token).join(", ");
    throw new Problem(
      `there is no resource type ${token} in version ${this.version} of ${this.provider.name}; it has ${tokens}`,
    );
  }

  private bound(call: AbortSignal): S {
    if (this.services === undefined) throw new Problem("the engine has not configured this provider yet");
    return this.services(call);
  }
}

function partsOf<S>(resource: Resource<S>, id: string): Record<string, string> {
  const names = resource.importId.split("/");
  const values = id.split("/");
  const parts = [...values.slice(0, names.length - 1), values.slice(names.length - 1).join("/")];
  if (parts.length < names.length || parts.includes("")) {
    throw new Problem(`"${id}" is no id of a ${resource.name}; it has the form ${resource.importId}`);
  }
  return Object.fromEntries(names.map((name, index) => [name, parts[index] ?? ""]));
}

function stateOf<S>(
  resource: Resource<S>,
  inputs: ValueObject,
  properties: ValueObject,
): State<Plain, Plain> {
  return {
    inputs: reveal(complete(resource.inputs, pick(inputs, resource.inputs))) as Plain,
    outputs: reveal(pick(properties, resource.outputs)) as Plain,
  };
}

/** What a life cycle found, as the engine records it: marked, ordered, and with the settings only we know of. */
function record<S>(
  resource: Resource<S>,
  known: ValueObject,
  id: string,
  found: ValueObject,
  outputs: Plain,
): Recorded {
  const aligned = align(resource.inputs, reveal(found) as ValueObject, known);
  const inputs = complete(resource.inputs, { ...known, ...aligned });
  return { id, inputs, properties: { ...inputs, ...marked(resource.outputs, outputs) } };
}

function recordable<S>(resource: Resource<S>, news: ValueObject, thrown: unknown): unknown {
  if (!(thrown instanceof PartlyDone)) return thrown;
  return new Incomplete(
    record(resource, news, thrown.id, thrown.inputs as ValueObject, thrown.outputs as Plain),
    thrown,
  );
}

function marked(properties: Properties, values: Plain): ValueObject {
  return complete(properties, reveal(values) as ValueObject);
}

function unknowns(properties: Properties): ValueObject {
  return Object.fromEntries(Object.keys(properties).map((name) => [name, unknown]));
}

function stableOf<S>(resource: Resource<S>): string[] {
  return Object.entries(resource.outputs).flatMap(([name, { stable }]) => (stable ? [name] : []));
}

function pick(values: ValueObject, properties: Properties): ValueObject {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in properties));
}

function knownOf(values: ValueObject): Plain {
  return Object.fromEntries(Object.entries(reveal(values) as Plain).filter(([, value]) => value !== unknown));
}
