/**
 * The gRPC side of a plugin: Pulumi's ResourceProvider protocol, each call translated to `Handlers` and back
 * (https://pulumi-developer-docs.readthedocs.io/latest/docs/_generated/proto/provider.html).
 */
import { say, visible, visibleLines } from "@bitbucket-keycloak/output";
import * as grpc from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";

import type { Failure } from "./check";
import type { ChangeKind } from "./diff";
import { type Diff, Handlers, Incomplete } from "./handlers";
import { messageOf, Problem } from "./problem";
import type { Provider } from "./define";
import type { ValueObject } from "./values";
import { readUrn } from "./urn";
import { fromStruct, toStruct } from "./wire";

/**
 * The implementation of the protocol for one provider.
 *
 * @param life ends every call in flight when it is aborted
 * @param cancel called when the engine says that it wants nothing more
 */
export function serviceOf<S>(
  provider: Provider<S>,
  life: AbortSignal,
  cancel: () => void,
): grpc.UntypedServiceImplementation {
  const handlers = new Handlers(provider, life);

  return {
    handshake: unary(life, () =>
      new rpc.ProviderHandshakeResponse()
        .setAcceptSecrets(true)
        .setAcceptResources(false)
        .setAcceptOutputs(false),
    ),
    getPluginInfo: unary(life, () => new PluginInfo().setVersion(handlers.version)),
    getSchema: unary(life, (request: rpc.GetSchemaRequest) => {
      if (request.getVersion() > 1)
        throw new Problem(`schema version ${request.getVersion()} is not spoken here, only 0 and 1`);
      return new rpc.GetSchemaResponse().setSchema(handlers.schema());
    }),
    parameterize: refuse(`${provider.name} takes no parameters`),
    attach: unary(life, () => new Empty()), // the engine's address is not needed: nothing is ever asked of it
    cancel: unary(life, () => {
      cancel();
      return new Empty();
    }),

    checkConfig: unary(life, (request: rpc.CheckRequest) =>
      checked(handlers.checkConfig(fromStruct(request.getNews()))),
    ),
    diffConfig: unary(life, (request: rpc.DiffRequest) =>
      diffed(
        handlers.diffConfig(
          fromStruct(request.getOldInputs() ?? request.getOlds()),
          fromStruct(request.getNews()),
        ),
      ),
    ),
    configure: unary(life, (request: rpc.ConfigureRequest) => {
      handlers.configure(fromStruct(request.getArgs()));
      return new rpc.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setAcceptresources(false);
    }),

    check: unary(life, (request: rpc.CheckRequest) =>
      checked(
        handlers.check(
          readUrn(request.getUrn()).type,
          fromStruct(request.getOlds()),
          fromStruct(request.getNews()),
        ),
      ),
    ),
    diff: unary(life, async (request: rpc.DiffRequest, call) => {
      const found = await handlers.diff(
        readUrn(request.getUrn()).type,
        fromStruct(request.getOldInputs() ?? request.getOlds()),
        fromStruct(request.getOlds()),
        fromStruct(request.getNews()),
        call,
      );
      return diffed(found);
    }),
    create: unary(life, async (request: rpc.CreateRequest, call) => {
      const news = fromStruct(request.getProperties());
      const { id, properties } = await handlers.create(
        readUrn(request.getUrn()).type,
        news,
        request.getPreview(),
        within(call, request.getTimeout()),
      );
      return new rpc.CreateResponse().setId(id).setProperties(toStruct(properties));
    }),
    read: unary(life, async (request: rpc.ReadRequest, call) => {
      const [inputs, properties] = [fromStruct(request.getInputs()), fromStruct(request.getProperties())];
      const found = await handlers.read(
        readUrn(request.getUrn()).type,
        request.getId(),
        inputs,
        properties,
        within(call, request.getTimeout()),
      );
      if (found === undefined) return new rpc.ReadResponse(); // an empty id says that it is gone
      return new rpc.ReadResponse()
        .setId(found.id)
        .setInputs(toStruct(found.inputs))
        .setProperties(toStruct(found.properties));
    }),
    update: unary(life, async (request: rpc.UpdateRequest, call) => {
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const { properties } = await handlers.update(
        readUrn(request.getUrn()).type,
        olds,
        news,
        request.getPreview(),
        within(call, request.getTimeout()),
      );
      return new rpc.UpdateResponse().setProperties(toStruct(properties));
    }),
    delete: unary(life, async (request: rpc.DeleteRequest, call) => {
      await handlers.delete(
        readUrn(request.getUrn()).type,
        fromStruct(request.getProperties()),
        within(call, request.getTimeout()),
      );
      return new Empty();
    }),

    invoke: unary(life, async (request: rpc.InvokeRequest, call) => {
      const { result, failures } = await handlers.invoke(
        request.getTok(),
        fromStruct(request.getArgs()),
        call,
      );
      return new rpc.InvokeResponse().setReturn(toStruct(result)).setFailuresList(failed(failures));
    }),
    getMapping: unary(life, () => new rpc.GetMappingResponse()),
    getMappings: unary(life, () => new rpc.GetMappingsResponse()),
  };
}

export const service = ResourceProviderService;

/** One call: its signal is aborted when the engine gives it up or the plugin ends. */
function unary<Request, Response>(
  life: AbortSignal,
  handle: (request: Request, call: AbortSignal) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, respond) => {
    const given = new AbortController();
    call.on("cancelled", () => { given.abort(new Problem("the engine gave up this call")); }); // prettier-ignore
    Promise.resolve()
      .then(() => handle(call.request, AbortSignal.any([life, given.signal])))
      .then(
        (response) => { respond(null, response); }, // prettier-ignore
        (thrown: unknown) => { respond(errorOf(thrown)); }, // prettier-ignore
      );
  };
}

function refuse(reason: string): grpc.handleUnaryCall<Message, Message> {
  return (_, respond) => { respond({ code: grpc.status.UNIMPLEMENTED, details: reason }); }; // prettier-ignore
}

/** The signal of a call that also ends after the custom timeout, in seconds; 0 for none. */
function within(call: AbortSignal, seconds: number): AbortSignal {
  return seconds > 0 ? AbortSignal.any([call, AbortSignal.timeout(seconds * 1000)]) : call;
}

/**
 * An error as the engine reads it. What was made before it travels in the metadata, under the name that Go's
 * gRPC gives to the details of a status.
 */
function errorOf(thrown: unknown): grpc.ServiceError {
  const metadata = new grpc.Metadata();
  const message = visibleLines(messageOf(thrown));
  if (thrown instanceof Incomplete) {
    const { id, inputs, properties } = thrown.recorded;
    const failed = new rpc.ErrorResourceInitFailed()
      .setId(id)
      .setInputs(toStruct(inputs))
      .setProperties(toStruct(properties))
      .setReasonsList([message]);
    const detail = new Any();
    detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message).setDetailsList([detail]);
    metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  if (!(thrown instanceof Problem) && thrown instanceof Error) say(thrown.stack ?? message);
  return Object.assign(new Error(message), { code: grpc.status.UNKNOWN, details: message, metadata });
}

/** The property is named in the reason only: the engine prints the value of a property that it is told of, a token's too. */
function failed(failures: readonly Failure[]): rpc.CheckFailure[] {
  return failures.map(({ property, reason }) =>
    new rpc.CheckFailure().setReason(visible(`${property}: ${reason}`)),
  );
}

function checked({
  inputs,
  failures,
}: {
  inputs: ValueObject;
  failures: readonly Failure[];
}): rpc.CheckResponse {
  return new rpc.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failed(failures));
}

const { Kind } = rpc.PropertyDiff;
const kinds: Readonly<Record<ChangeKind, readonly [rpc.PropertyDiff.Kind, rpc.PropertyDiff.Kind]>> = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
};

function diffed({ changes, deleteBeforeReplace, stable }: Diff): rpc.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  const response = new rpc.DiffResponse()
    .setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE)
    .setHasdetaileddiff(true)
    .setDeletebeforereplace(deleteBeforeReplace)
    .setStablesList([...stable])
    .setDiffsList([...new Set([...changes.keys()].map(topOf))])
    .setReplacesList([
      ...new Set([...changes].flatMap(([path, { replace }]) => (replace ? [topOf(path)] : []))),
    ]);
  for (const [path, { kind, replace }] of changes) {
    const diff = new rpc.PropertyDiff().setKind(kinds[kind][replace ? 1 : 0]).setInputdiff(true);
    response.getDetaileddiffMap().set(path, diff);
  }
  return response;
}

/** The property that a path begins with. */
function topOf(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}
