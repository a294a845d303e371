/**
 * A provider as an engine meets it: over real gRPC, on a port of this machine. For tests of both plugins.
 */
import * as grpc from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import type { Any } from "google-protobuf/google/protobuf/any_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";

import type { Provider } from "../define";
import { service, serviceOf } from "../server";
import { Problem } from "../problem";
import type { ValueObject } from "../values";
import { fromStruct, toStruct } from "../wire";

/** What an engine holds of a resource. */
export interface Held {
  readonly id: string;
  readonly inputs: ValueObject;
  readonly properties: ValueObject;
}

/** The call failed after something was made. */
export class Failed extends Error {
  constructor(
    message: string,
    readonly held: Held | undefined,
  ) {
    super(message);
  }
}

export interface Engine {
  readonly client: ResourceProviderClient;
  /** Aborts what is in flight, as Cancel does. */
  readonly cancelled: AbortSignal;
  configure(args: ValueObject): Promise<void>;
  check(
    type: string,
    news: ValueObject,
    olds?: ValueObject,
  ): Promise<{ inputs: ValueObject; failures: string[] }>;
  /** Changes by path, for example `{ "holders[0].permission": "UPDATE" }`. */
  diff(type: string, held: Held, news: ValueObject): Promise<Record<string, string>>;
  create(type: string, news: ValueObject, preview?: boolean): Promise<Held>;
  read(type: string, id: string, held?: Held): Promise<Held | undefined>;
  update(type: string, held: Held, news: ValueObject, preview?: boolean): Promise<Held>;
  delete(type: string, held: Held): Promise<void>;
  /** Throws `Failed` with what is wrong with the arguments, a line each. */
  invoke(name: string, args: ValueObject): Promise<ValueObject>;
  call<R>(method: string, request: Message): Promise<R>;
  stop(): void;
}

export async function startEngine<S>(provider: Provider<S>): Promise<Engine> {
  const life = new AbortController();
  const server = new grpc.Server();
  server.addService(service, serviceOf(provider, life.signal, () => { life.abort(new Problem("cancelled")); })); // prettier-ignore
  const port = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, at: number) => { if (error) reject(error); else resolve(at); }; // prettier-ignore
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), bound);
  });
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const urnOf = (type: string) => `urn:pulumi:test::project::parent$${provider.name}:index:${type}::name`;

  const call = <R>(method: string, request: Message) =>
    new Promise<R>((resolve, reject) => {
      const methods = client as unknown as Record<
        string,
        (request: Message, answer: (error: grpc.ServiceError | null, value: R) => void) => void
      >;
      methods[method]?.call(client, request, (error, value) => {
        if (error) reject(new Failed(error.details, heldIn(error)));
        else resolve(value);
      });
    });

  return {
    client,
    cancelled: life.signal,
    call,
    async configure(args) {
      await call("configure", new rpc.ConfigureRequest().setArgs(toStruct(args)).setAcceptsecrets(true));
    },
    async check(type, news, olds = {}) {
      const request = new rpc.CheckRequest()
        .setUrn(urnOf(type))
        .setOlds(toStruct(olds))
        .setNews(toStruct(news));
      const response = await call<rpc.CheckResponse>("check", request);
      const failures = response.getFailuresList().map((failure) => failure.getReason());
      return { inputs: fromStruct(response.getInputs()), failures };
    },
    async diff(type, { id, inputs, properties }, news) {
      const request = new rpc.DiffRequest().setUrn(urnOf(type)).setId(id).setNews(toStruct(news));
      request.setOlds(toStruct(properties)).setOldInputs(toStruct(inputs));
      const response = await call<rpc.DiffResponse>("diff", request);
      const names = Object.keys(rpc.PropertyDiff.Kind);
      const changes = response.getDetaileddiffMap().toArray() as [string, rpc.PropertyDiff | [number?]][];
      return Object.fromEntries(changes.map(([path, change]) => [path, names[kindOf(change)] ?? ""]));
    },
    async create(type, news, preview = false) {
      const request = new rpc.CreateRequest()
        .setUrn(urnOf(type))
        .setProperties(toStruct(news))
        .setPreview(preview);
      const response = await call<rpc.CreateResponse>("create", request);
      return { id: response.getId(), inputs: news, properties: fromStruct(response.getProperties()) };
    },
    async read(type, id, held) {
      const request = new rpc.ReadRequest().setUrn(urnOf(type)).setId(id);
      if (held) request.setInputs(toStruct(held.inputs)).setProperties(toStruct(held.properties));
      const response = await call<rpc.ReadResponse>("read", request);
      if (response.getId() === "") return undefined;
      return {
        id: response.getId(),
        inputs: fromStruct(response.getInputs()),
        properties: fromStruct(response.getProperties()),
      };
    },
    async update(type, { id, inputs, properties }, news, preview = false) {
      const request = new rpc.UpdateRequest()
        .setUrn(urnOf(type))
        .setId(id)
        .setNews(toStruct(news))
        .setPreview(preview);
      request.setOlds(toStruct(properties)).setOldInputs(toStruct(inputs));
      const response = await call<rpc.UpdateResponse>("update", request);
      return { id, inputs: news, properties: fromStruct(response.getProperties()) };
    },
    async delete(type, { id, inputs, properties }) {
      const request = new rpc.DeleteRequest().setUrn(urnOf(type)).setId(id);
      request.setProperties(toStruct(properties)).setOldInputs(toStruct(inputs));
      await call("delete", request);
    },
    async invoke(name, args) {
      const request = new rpc.InvokeRequest()
        .setTok(`${provider.name}:index:${name}`)
        .setArgs(toStruct(args));
      const response = await call<rpc.InvokeResponse>("invoke", request);
      const failures = response.getFailuresList().map((failure) => failure.getReason());
      if (failures.length > 0) throw new Failed(failures.join("\n"), undefined);
      return fromStruct(response.getReturn());
    },
    stop() {
      client.close();
      server.forceShutdown();
    },
  };
}

function kindOf(change: rpc.PropertyDiff | [number?]): number {
  return Array.isArray(change) ? (change[0] ?? 0) : change.getKind();
}

/** What a failed call says was made. */
function heldIn(error: grpc.ServiceError): Held | undefined {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (!(details instanceof Buffer)) return undefined;
  const packed = Status.deserializeBinary(details).getDetailsList()[0] as Any;
  const failed = rpc.ErrorResourceInitFailed.deserializeBinary(packed.getValue_asU8());
  return {
    id: failed.getId(),
    inputs: fromStruct(failed.getInputs()),
    properties: fromStruct(failed.getProperties()),
  };
}
