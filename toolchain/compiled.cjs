/**
 * Runs TypeScript that begins in one file as one file: `node --require ./toolchain/compiled.cjs plugin.ts`. A `.ts` file
 * that is required is put together with everything it imports, once, and kept in `.local/compiled` until one of those
 * files changes: a process then reads one file instead of hundreds, which is most of what starting it costs.
 *
 * Types are not checked here; `npm run typecheck` does. `BITBUCKET_KEYCLOAK_SOURCE_MAPS=1` makes errors name lines of the
 * TypeScript, which takes a while longer.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { join, resolve } = require("node:path");

const root = resolve(__dirname, "..");
const folder = join(root, ".local", "compiled");

/**
 * What a program shares with the runner that loads it, or what reads files of its own. A process of ours alone has all
 * else, and Pulumi's SDK too, in its one file.
 */
const shared = ["@pulumi/pulumi", "@pulumi/keycloak", "@pulumi/random", "@pulumi/policy"];
const withFilesOfTheirOwn = ["esbuild", "playwright-core", "typescript"];

const mapped = process.env.BITBUCKET_KEYCLOAK_SOURCE_MAPS === "1";
if (mapped) process.setSourceMapsEnabled(true);

// Node's compiled form of all this lies beside it.
enableCompileCache?.(process.env.NODE_COMPILE_CACHE ?? folder);

require.extensions[".ts"] = (module, file) => {
  const isMain = module === process.mainModule;
  const external = [...withFilesOfTheirOwn, ...(isMain ? [] : shared)];
  const key = createHash("sha256")
    .update([file, process.version, mapped, ...external].join("\0"))
    .digest("hex");
  const name = join(folder, `${key.slice(0, 16)}.cjs`);
  module._compile(kept(name) ?? made(name, file, external), name);
};

/** What was compiled before, unless a file that went into it has changed since. */
function kept(name) {
  try {
    const text = readFileSync(name, "utf8");
    const inputs = JSON.parse(text.slice("//".length, text.indexOf("\n")));
    return Object.entries(inputs).every(([file, state]) => stateOf(file) === state) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Compiles, and keeps it with a first line that says of what. */
function made(name, file, external) {
  const { buildSync } = require("esbuild");
  const { outputFiles, metafile } = buildSync({
    entryPoints: [file],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "cjs",
    target: `node${process.versions.node}`,
    // Hooks are told apart by the names of their functions.
    keepNames: true,
    sourcemap: mapped ? "inline" : false,
    external,
    logLevel: "silent",
  });
  if (!file.startsWith(root)) return outputFiles[0].text;
  const files = Object.keys(metafile.inputs).map((input) => resolve(root, input));
  const inputs = Object.fromEntries(files.map((input) => [input, stateOf(input)]));
  const text = `//${JSON.stringify(inputs)}\n${outputFiles[0].text}`;
  keep(name, text);
  return text;
}

/** In one piece, since others may read it meanwhile. Who may not write here compiles every time. */
function keep(name, text) {
  const draft = `${name}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, name);
  } catch (error) {
    if (!["EACCES", "EROFS", "ENOSPC"].includes(error.code)) throw error;
  }
}

function stateOf(file) {
  const { mtimeMs, size } = statSync(file);
  return `${mtimeMs} ${size}`;
}
