/**
 * The calls of the engine, each a few lines: the message into plain data, the plain data into a command, the
 * command's end into an answer.
 *
 * The protocol: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto
 */
import * as grpc from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { version as sdkVersion } from "@pulumi/pulumi/version";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Children } from "./children";
import type { Command, Place, RuntimeOptions } from "./commands";
import { outcome, policyPackCommand, programCommand } from "./commands";
import { dependencies, pluginOf, runnerFile } from "./packages";
import { startPackProxy } from "./packProxy";

/**
 * The service; the Node that runs it runs the programs, too.
 *
 * @param engine address of the engine
 * @param children the processes it starts, to be ended with it
 */
export function languageRuntime(engine: string, children: Children): ILanguageRuntimeServer {
  const place = (directory: string, runner: "run" | "run-policy-pack"): Place => ({
    node: process.execPath,
    runner: runnerFile(directory, runner),
    engine,
    env: process.env,
  });

  return {
    handshake: unary(() => new language.LanguageHandshakeResponse()),

    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(sdkVersion)),

    about: unary(() =>
      new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
    ),

    getRequiredPackages: unary((request: language.GetRequiredPackagesRequest) =>
      new language.GetRequiredPackagesResponse().setPackagesList(
        requiredPlugins(request.getInfo()).map(({ name, version, server }) =>
          new plugin.PackageDependency()
            .setName(name)
            .setKind("resource")
            .setVersion(version)
            .setServer(server),
        ),
      ),
    ),

    getRequiredPlugins: unary((request: language.GetRequiredPluginsRequest) =>
      new language.GetRequiredPluginsResponse().setPluginsList(
        requiredPlugins(request.getInfo()).map(({ name, version, server }) =>
          new plugin.PluginDependency()
            .setName(name)
            .setKind("resource")
            .setVersion(version)
            .setServer(server),
        ),
      ),
    ),

    getProgramDependencies: unary((request: language.GetProgramDependenciesRequest) =>
      new language.GetProgramDependenciesResponse().setDependenciesList(
        dependencies(programDirectory(request.getInfo())).map(({ name = "", version = "" }) =>
          new language.DependencyInfo().setName(name).setVersion(version),
        ),
      ),
    ),

    runtimeOptionsPrompts: unary(() => new language.RuntimeOptionsResponse()),

    template: unary(() => new language.TemplateResponse()),

    cancel: unary(() => {
      children.killAll();
      return new Empty();
    }),

    run: (call, callback) => {
      void (async () => {
        const { request } = call;
        const info = request.getInfo();
        const child = children.start(
          programCommand(
            {
              monitor: request.getMonitorAddress(),
              organization: request.getOrganization(),
              project: request.getProject(),
              stack: request.getStack(),
              rootDirectory: info?.getRootDirectory() ?? "",
              programDirectory: programDirectory(info),
              pwd: request.getPwd(),
              dryRun: request.getDryrun(),
              parallel: request.getParallel(),
              config: Object.fromEntries(request.getConfigMap().toArray()),
              configSecretKeys: request.getConfigsecretkeysList(),
              program: info?.getEntryPoint() ?? request.getProgram(),
              args: request.getArgsList(),
              options: options(info),
            },
            place(programDirectory(info), "run"),
          ),
        );
        call.on("cancelled", child.stop);
        const { error, bail } = outcome(await child.ended);
        return new language.RunResponse().setError(error).setBail(bail);
      })().then((response) => {
        callback(null, response);
      }, asStatus(callback));
    },

    installDependencies: (call) => {
      const command: Command = {
        file: "npm",
        args: ["install", "--no-audit", "--no-fund"],
        cwd: call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory(),
        env: process.env,
      };
      const child = children.start(command, {
        stdout: (bytes) => call.write(new language.InstallDependenciesResponse().setStdout(bytes)),
        stderr: (bytes) => call.write(new language.InstallDependenciesResponse().setStderr(bytes)),
      });
      call.on("cancelled", child.stop);
      child.ended.then(
        ({ code }) => {
          if (code === 0) call.end();
          else call.destroy(failure(`npm install in ${command.cwd} exited with ${code ?? "a signal"}`));
        },
        asStatus((error) => call.destroy(error ?? undefined)),
      );
    },

    runPlugin: (call) => {
      void (async () => {
        const { request } = call;
        if (request.getKind() !== "analyzer") {
          throw new Error(
            `this language host starts policy packs only, not a plugin of kind "${request.getKind()}"; ` +
              `make it an executable of its own, or use the official Pulumi CLI`,
          );
        }
        const proxy = await startPackProxy();
        call.on("cancelled", proxy.close);
        const stdout = (bytes: Buffer) => call.write(new language.RunPluginResponse().setStdout(bytes));
        stdout(Buffer.from(`${proxy.port}\n`));
        const directory = programDirectory(request.getInfo());
        const pack = {
          directory,
          args: request.getArgsList(),
          env: request.getEnvList(),
          options: options(request.getInfo()),
          evaluated: await proxy.evaluated,
        };
        const child = children.start(policyPackCommand(pack, place(directory, "run-policy-pack")), {
          stdout: afterLine(proxy.attach, stdout),
          stderr: (bytes) => call.write(new language.RunPluginResponse().setStderr(bytes)),
        });
        call.on("cancelled", child.stop);
        const { code } = await child.ended;
        proxy.fail(`the policy pack in ${directory} has ended (${code ?? "by a signal"})`);
        call.write(new language.RunPluginResponse().setExitcode(code ?? 1));
        call.end();
      })().catch(asStatus((error) => call.destroy(error ?? undefined)));
    },

    generateProgram: notHere("generating programs"),
    generateProject: notHere("generating projects"),
    generatePackage: notHere("generating SDKs"),
    pack: notHere("packing SDKs"),
    link: notHere("linking packages"),
  };
}

/** Passes on what a plugin prints after its first line. */
function afterLine(first: (line: string) => void, rest: (bytes: Buffer) => void): (bytes: Buffer) => void {
  let begun: Buffer | undefined = Buffer.alloc(0);
  return (bytes) => {
    if (begun === undefined) {
      rest(bytes);
      return;
    }
    begun = Buffer.concat([begun, bytes]);
    const end = begun.indexOf("\n");
    if (end < 0) return;
    first(begun.subarray(0, end).toString());
    if (end + 1 < begun.length) rest(begun.subarray(end + 1));
    begun = undefined;
  };
}

function programDirectory(info: language.ProgramInfo | undefined): string {
  return info?.getProgramDirectory() ?? process.cwd();
}

function options(info: language.ProgramInfo | undefined): RuntimeOptions {
  return info?.getOptions()?.toJavaScript() ?? {};
}

function requiredPlugins(info: language.ProgramInfo | undefined) {
  return dependencies(programDirectory(info)).flatMap((manifest) => pluginOf(manifest) ?? []);
}

function unary<Request, Response>(
  answer: (request: Request) => Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    try {
      callback(null, answer(call.request));
    } catch (error) {
      asStatus(callback)(error);
    }
  };
}

function notHere<Request, Response>(what: string): grpc.handleUnaryCall<Request, Response> {
  return (_call, callback) => {
    callback({
      code: grpc.status.UNIMPLEMENTED,
      details: `${what} needs the official Pulumi CLI; for "pulumi import" add --generate-code=false`,
    });
  };
}

function failure(details: string): grpc.StatusObject & Error {
  return Object.assign(new Error(details), {
    code: grpc.status.UNKNOWN,
    details,
    metadata: new grpc.Metadata(),
  });
}

function asStatus(callback: (error: (grpc.StatusObject & Error) | null) => void): (error: unknown) => void {
  return (error) => {
    callback(failure(error instanceof Error ? error.message : String(error)));
  };
}
