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
import { outcome, programCommand } from "./commands";
import { dependencies, pluginOf, runnerFile, type Runner } from "./packages";
import { startPackProxy } from "./packProxy";
import { generatePackage, link } from "./sdks";
import { pluginCommand, policyPackCommand } from "./plugins";

/**
 * The service; the Node that runs it runs the programs, too.
 *
 * @param engine address of the engine
 * @param children the processes it starts, to be ended with it
 */
export function languageRuntime(engine: string, children: Children): ILanguageRuntimeServer {
  const place = (directory: string, runner: Runner): Place => ({
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
          else call.emit("error", failure(`npm install in ${command.cwd} exited with ${code ?? "a signal"}`));
        },
        asStatus((error) => call.emit("error", error)),
      );
    },

    runPlugin: (call) => {
      void (async () => {
        const { request } = call;
        const directory = programDirectory(request.getInfo());
        const plugin = {
          directory,
          args: request.getArgsList(),
          env: request.getEnvList(),
          options: options(request.getInfo()),
        };
        const stdout = (bytes: Buffer) => call.write(new language.RunPluginResponse().setStdout(bytes));
        const stderr = (bytes: Buffer) => call.write(new language.RunPluginResponse().setStderr(bytes));
        const run = async (command: Command, printed: (bytes: Buffer) => void) => {
          const child = children.start(command, { stdout: printed, stderr });
          call.on("cancelled", child.stop);
          return (await child.ended).code;
        };
        const end = (code: number | null): void => {
          call.write(new language.RunPluginResponse().setExitcode(code ?? 1));
          call.end();
        };
        if (request.getKind() !== "analyzer") {
          const command = pluginCommand({ ...plugin, pwd: request.getPwd() }, place(directory, "run-plugin"));
          end(await run(command, stdout));
          return;
        }
        const proxy = await startPackProxy();
        call.on("cancelled", proxy.close);
        stdout(Buffer.from(`${proxy.port}\n`));
        const pack = { ...plugin, evaluated: await proxy.evaluated };
        const command = policyPackCommand(pack, place(directory, "run-policy-pack"));
        const code = await run(command, afterLine(proxy.attach, stdout));
        proxy.fail(`the policy pack in ${directory} has ended (${code ?? "by a signal"})`);
        end(code);
      })().catch(asStatus((error) => call.emit("error", error)));
    },

    generateProgram: notHere("generating programs"),
    generateProject: notHere("generating projects"),
    generatePackage: (call, callback) => {
      generatePackage(call.request).then(() => {
        callback(null, new language.GeneratePackageResponse());
      }, asStatus(callback));
    },
    link: (call, callback) => {
      const folders = call.request.getPackagesList().map((one) => one.getPath());
      link(programDirectory(call.request.getInfo()), folders).then((instructions) => {
        callback(null, new language.LinkResponse().setImportInstructions(instructions));
      }, asStatus(callback));
    },
    pack: notHere("packing SDKs"),
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

function asStatus(callback: (error: grpc.StatusObject & Error) => void): (error: unknown) => void {
  return (error) => {
    callback(failure(error instanceof Error ? error.message : String(error)));
  };
}
