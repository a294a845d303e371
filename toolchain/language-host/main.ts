/**
 * The Node language host: what the Pulumi engine asks to run a TypeScript program.
 *
 * The official host comes only with the official CLI, whose downloads are out of reach in many company
 * networks, and the last Go module that contained it predates resource hooks and policy packs. What a host has
 * to do is little, since `@pulumi/pulumi` brings both the protocol and the code that runs a program; so this
 * one is ours, and is used only where the official one is absent.
 *
 * It prints its port, serves until the engine is gone (the end of its standard input), and leaves no program
 * behind.
 */
import { print, say } from "@bitbucket-keycloak/output";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { Children } from "./children";
import { languageRuntime } from "./service";

function main(): void {
  // The engine's address comes last, after options of the CLI such as --tracing.
  const engine = process.argv.at(-1);
  if (process.argv.length < 3 || engine === undefined || engine.startsWith("-")) {
    say("pulumi-language-nodejs: no engine address given; it is started by the Pulumi CLI");
    process.exitCode = 1;
    return;
  }

  const children = new Children();
  const end = (): void => {
    children.killAll();
    process.exit(0);
  };
  process.stdin.on("end", end).on("error", end).resume();
  process.on("SIGINT", end).on("SIGTERM", end);

  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(LanguageRuntimeService, languageRuntime(engine, children));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    print(String(port));
  });
}

main();
