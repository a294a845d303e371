/**
 * The program that writes SDKs from schemas, by Pulumi's own generators, which are a Go library. Nobody needs it to run a
 * program, so that it is built when it is first asked for.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import build from "./go/build.json";
import { ensurePart, isMade, type Part } from "./parts";
import { interruptible } from "./plan";
import { contents, filesBelow, keyOf, root, toolchainFolder } from "./places";
import { run } from "./processes";
import type { Builder } from "./programs";
import { Progress } from "./progress";
import { checkTools, go } from "./tools";

/** Folder of its Go module; the YAML language host is pinned there, too. */
export const languagesSource = join(root, "toolchain/go/languages");

/** What is asked of it, in the words of the engine. */
export interface Sdk {
  readonly language: "nodejs" | "python";
  /** Where it goes. */
  readonly directory: string;
  /** As text. */
  readonly schema: string;
  /** Address of the engine's loader of other packages' schemas. Default: none; then the schema may refer to none. */
  readonly loader?: string;
  readonly localDependencies?: Readonly<Record<string, string>>;
  /** Whether it is for one project, where it is built when it is installed. Default false. */
  readonly local?: boolean;
  /** In base64, by their paths. */
  readonly extraFiles?: Readonly<Record<string, string>>;
}

function sdkWriterPart({ folder, env, signal }: Builder): Part {
  const files = filesBelow(languagesSource).map((file) => relative(root, file));
  const key = keyOf(
    `${process.platform}-${process.arch}`,
    JSON.stringify(build),
    ...files,
    ...contents(...files),
  );
  return {
    folder: join(folder, `sdk-writer-${key}`),
    title: "Pulumi's generators of SDKs",
    make: async (into) => {
      await run("go", ["build", ...build.flags, "-ldflags=-s -w", "-o", `${into}/`, "./sdk"], {
        cwd: languagesSource,
        env: { ...env, ...build.environment },
        signal,
      });
    },
  };
}

/**
 * Writes an SDK; builds what writes it first, where it is not there (a minute or two; needs Go).
 *
 * @returns what is doubtful about the schema, in lines; empty if nothing is
 * @throws Error with what is wrong with the schema, or with the build
 */
export async function writeSdk(
  { language, directory, schema, loader = "", localDependencies = {}, local = false, extraFiles = {} }: Sdk,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return interruptible(async ({ signal }) => {
    const part = sdkWriterPart({ folder: toolchainFolder(env), env, signal });
    if (!isMade(part)) {
      await checkTools([go], env);
      await ensurePart(part, new Progress(), signal);
    }
    const folder = await mkdtemp(join(tmpdir(), "sdk-"));
    try {
      const request = join(folder, "request.json");
      const asked = { language, directory, schema, loader, localDependencies, local, extraFiles };
      await writeFile(request, JSON.stringify(asked));
      return await run(join(part.folder, "sdk"), [request], { env, signal });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
