/**
 * A plugin that does nothing: what it is given is right, never differs, and is made at once. What a preview costs with
 * it is the price of the engine and the language, and the least that any plugin can reach.
 */
import grpc from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import info from "@pulumi/pulumi/proto/plugin_pb.js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";

const answers = {
  handshake: () => new rpc.ProviderHandshakeResponse().setAcceptSecrets(true),
  getPluginInfo: () => new info.PluginInfo().setVersion("0.0.1"),
  getSchema: () => new rpc.GetSchemaResponse().setSchema('{"name":"echo","version":"0.0.1"}'),
  attach: () => new empty.Empty(),
  cancel: () => new empty.Empty(),
  checkConfig: (request) => new rpc.CheckResponse().setInputs(request.getNews()),
  diffConfig: () => unchanged(),
  configure: () => new rpc.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true),
  check: (request) => new rpc.CheckResponse().setInputs(request.getNews()),
  diff: () => unchanged(),
  create: (request) => new rpc.CreateResponse().setId("echo").setProperties(request.getProperties()),
};

function unchanged() {
  return new rpc.DiffResponse().setChanges(rpc.DiffResponse.DiffChanges.DIFF_NONE);
}

const server = new grpc.Server();
const handlers = Object.entries(answers).map(([name, answer]) => [
  name,
  (call, respond) => respond(null, answer(call.request)),
]);
server.addService(service.ResourceProviderService, Object.fromEntries(handlers));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});

const end = () => process.exit(0);
process.stdin.on("end", end).on("close", end).resume();
process.on("SIGTERM", end).on("SIGINT", end);
