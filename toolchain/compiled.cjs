/**
 * Runs TypeScript that begins in one file as one file: `node toolchain/compiled.cjs commands/main.ts --help`. It is put
 * together with everything that it imports, once, and kept in `.local/compiled` until one of those files changes: a
 * process then reads one file instead of hundreds, which is most of what starting it costs. Required beforehand
 * (`node --require ./toolchain/compiled.cjs`), it does the same for what a runner that is not ours requires.
 *
 * Types are not checked here; `npm run typecheck` does. `BITBUCKET_KEYCLOAK_SOURCE_MAPS=1` makes errors name lines of the
 * TypeScript, which takes a while longer.
 */
const { createHash, randomBytes } = require("node:crypto");
const fs = require("node:fs");
const { enableCompileCache } = require("node:module");
const { join, resolve } = require("node:path");

const root = resolve(__dirname, "..");
const folder = join(root, ".local", "compiled");

/** Whether all of the process is ours: it then has Pulumi's SDK in its one file, too. */
const isOurs = require.main === module;
/** What a program has in common with the runner that loads it. */
const shared = ["@pulumi/pulumi", "@pulumi/keycloak", "@pulumi/random", "@pulumi/policy"];
/** What reads files of its own. */
const apart = ["esbuild", "playwright-core", "typescript"];
const mapped = process.env.BITBUCKET_KEYCLOAK_SOURCE_MAPS === "1";
const kind = `${isOurs ? "process" : "program"} ${mapped ? "mapped" : "plain"} ${process.version}`;

/** Milliseconds for which a file is too new to be sure that it was not changed while it was read. */
const unsettled = 2_000;

// Pulumi's SDK talks with its engine on this machine by gRPC, which would take a proxy in small letters even there, and
// fail with "Channel has been shut down". Here is where every program begins, also under a plain `pulumi up`.
const direct = (process.env.no_grpc_proxy || process.env.no_proxy || "").split(",").filter(Boolean);
process.env.no_grpc_proxy = [...new Set([...direct, "127.0.0.1", "localhost"])].join(",");

if (mapped) process.setSourceMapsEnabled(true);
// Node's compiled form of all this lies beside it.
enableCompileCache?.(process.env.NODE_COMPILE_CACHE ?? folder);

require.extensions[".ts"] = (module, file) => {
  const list = listOf(file);
  const { name, text } = kept(list) ?? made(file, list);
  module._compile(text, name);
};

if (isOurs) {
  process.argv.splice(1, 2, resolve(process.argv[2]));
  require(process.argv[1]);
}

/** The list of what went into a compiled file. What decides how it is compiled is in its name. */
function listOf(file) {
  const rules = ["toolchain/compiled.cjs", "tsconfig.json", "package-lock.json"].map((one) =>
    read(join(root, one)),
  );
  return join(folder, `${hashOf([kind, file, ...rules].join("\0")).slice(0, 16)}.json`);
}

/** What was compiled before, unless a file that went into it has changed since. A new time alone is no change. */
function kept(list) {
  try {
    const content = JSON.parse(read(list));
    const { output, inputs } = content;
    const states = Object.keys(inputs).map((file) => [file, stateOf(file)]);
    const touched = states.filter(([file, state]) => state !== inputs[file].state);
    if (touched.some(([file]) => hashOf(read(file)) !== inputs[file].hash)) return undefined;
    const name = join(folder, output);
    const text = read(name);
    for (const [file, state] of touched) inputs[file].state = state;
    if (touched.length > 0) keep(() => write(list, JSON.stringify(content)));
    return { name, text };
  } catch {
    return undefined;
  }
}

function made(file, list) {
  const esbuild = require("esbuild");
  const began = Date.now();
  const name = list.replace(/json$/, "cjs");
  const { outputFiles, metafile } = esbuild.buildSync({
    entryPoints: [file],
    outfile: name,
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
    external: [...apart, ...(isOurs ? [] : shared)],
    logLevel: "silent",
  });
  void esbuild.stop();
  const [{ text }] = outputFiles;
  const files = Object.keys(metafile.inputs).map((input) => resolve(root, input));
  const newest = Math.max(
    ...files.map((one) => fs.statSync(one)).map(({ mtimeMs, ctimeMs }) => Math.max(mtimeMs, ctimeMs)),
  );
  if (!file.startsWith(root) || newest > began - unsettled) return { name, text };
  const inputs = Object.fromEntries(
    files.map((one) => [one, { state: stateOf(one), hash: hashOf(read(one)) }]),
  );
  const output = `${hashOf(text).slice(0, 16)}.cjs`;
  keep(() => {
    fs.mkdirSync(folder, { recursive: true });
    write(join(folder, output), text);
    // Last, since others may read it meanwhile.
    write(list, JSON.stringify({ kind, entry: file, output, inputs }));
    tidy(list, file, output);
  });
  return { name: join(folder, output), text };
}

/** Who cannot write here compiles every time. */
function keep(writing) {
  try {
    writing();
  } catch {
    // What it would have saved is time, and nothing else.
  }
}

/** Takes away what nobody will ask for again. */
function tidy(own, entry, output) {
  const lists = fs.readdirSync(folder).filter((name) => name.endsWith(".json"));
  const others = lists.map((name) => join(folder, name)).filter((list) => list !== own);
  const known = others.map((list) => [list, JSON.parse(read(list))]);
  const isOld = ([, one]) => (one.entry === entry && one.kind === kind) || !fs.existsSync(one.entry);
  for (const [list] of known.filter(isOld)) fs.rmSync(list, { force: true });
  const wanted = [output, ...known.filter((one) => !isOld(one)).map(([, one]) => one.output)];
  for (const name of fs.readdirSync(folder))
    if (name.endsWith(".cjs") && !wanted.includes(name)) fs.rmSync(join(folder, name), { force: true });
}

function write(target, content) {
  const draft = `${target}.${randomBytes(6).toString("hex")}`;
  try {
    fs.writeFileSync(draft, content, { flag: "wx" });
    fs.renameSync(draft, target);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function read(file) {
  return fs.readFileSync(file, "utf8");
}

function stateOf(file) {
  const { mtimeMs, ctimeMs, size } = fs.statSync(file);
  return `${mtimeMs} ${ctimeMs} ${size}`;
}

function hashOf(text) {
  return createHash("sha256").update(text).digest("hex");
}
