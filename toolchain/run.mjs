/**
 * The way in: `node toolchain/run.mjs <command> [arguments]`, which is what every `npm run` of this project calls.
 *
 * A fresh clone has no dependencies and the machine's own Node, perhaps an old one. This file installs the first
 * and hands over to the Node that the project brings. Meanwhile Go compiles what the toolchain will be built from into its
 * own cache: the packages come by the network, and the cores would wait. It runs before either is there, so it is plain JavaScript,
 * without dependencies, in words that a Node of years ago can read well enough to be told that it is too old.
 */
import { spawn, spawnSync } from "child_process";
import { createHash } from "crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "fs";
import { constants, homedir } from "os";
import { delimiter, dirname, join, resolve } from "path";
import { fileURLToPath } from "url";

const oldest = 20;
const ours = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".installed-from");
const node = join(root, "node_modules", ".bin", "node");

function fail(message) {
  console.error("error: " + message);
  process.exit(1);
}

/** What the installed packages were installed from, as a hash. */
function wanted() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

async function install(words) {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted()) return;
  console.error("installing the packages of package-lock.json …");
  const began = Date.now();
  // Before anything is started: whatever a signal finds running goes with it.
  let interrupt;
  const children = [];
  const stop = (signal) => {
    interrupt = signal;
    children.forEach(end);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, stop);
  const npm = start("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // npm is Node, which has another name for the file of a company's own authority.
    env: { NODE_EXTRA_CA_CERTS: process.env.SSL_CERT_FILE || "", ...process.env },
    stdio: ["ignore", 2, 2],
  });
  children.push(...[npm, warmUp(words)].filter(Boolean));
  const status = await npm.ended;
  children.forEach(end);
  await Promise.all(children.map((one) => one.ended));
  for (const signal of signals) process.off(signal, stop);
  if (interrupt) process.exit(128 + constants.signals[interrupt]);
  if (typeof status === "string") fail("npm could not be started (" + status + "); it comes with Node");
  if (status !== 0) fail("npm ci failed; what it says is above. Try it again, then: rm -r node_modules");
  writeFileSync(stamp, wanted());
  console.error("installed the packages: " + Math.round((Date.now() - began) / 1000) + " s");
}

/**
 * Compiles for whoever builds the toolchain next, and keeps nothing but what Go does. Undefined where that would be
 * for nothing; whatever goes wrong here goes wrong again there, and is said then.
 */
function warmUp(words) {
  try {
    return compiling(words);
  } catch {
    return undefined;
  }
}

function compiling(words) {
  const { env } = process;
  const cache = (env.XDG_CACHE_HOME || "").startsWith("/") ? env.XDG_CACHE_HOME : join(homedir(), ".cache");
  const folder = resolve(root, env.BITBUCKET_KEYCLOAK_TOOLCHAIN || join(cache, "bitbucket-keycloak"));
  const isBuilt = existsSync(folder) && readdirSync(folder).some((name) => /^programs-\w+$/.test(name));
  const isOfficial = (env.PATH || "").split(delimiter).some((one) => existsSync(join(one, "pulumi")));
  if (isBuilt || isOfficial || words.length !== 1 || !["local", "setup", "test"].includes(words[0])) return;
  const go = join(root, "toolchain", "go");
  const build = JSON.parse(readFileSync(join(go, "build.json"), "utf8"));
  return start("go", ["build", ...build.flags, ...build.packages], {
    cwd: join(go, "programs"),
    stdio: "ignore",
    env: { ...env, ...build.environment },
  });
}

/** A program in a process group of its own; `ended`: its exit code, or why it could not be started. */
function start(command, args, options) {
  const child = spawn(command, args, { ...options, detached: true });
  const ended = new Promise((done) => {
    child.on("error", (error) => done(error.message));
    child.on("exit", done);
  });
  return { child, ended };
}

/** Ends a program and what it has started. */
function end({ child }) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has just ended.
  }
}

function checkNode() {
  const result = existsSync(node)
    ? spawnSync(node, ["--version"], { encoding: "utf8" })
    : { stdout: "absent" };
  const version = String(result.stdout).trim();
  if (version.startsWith("v" + ours + ".")) return;
  fail(
    "the project's own Node " +
      ours +
      " in node_modules/.bin/node is " +
      (version || "broken") +
      ". " +
      "npm installs it by a script, which your npm may be set to skip: run npm rebuild node --ignore-scripts=false",
  );
}

function handOver(args) {
  const child = spawn(
    node,
    [join(root, "toolchain", "compiled.cjs"), join(root, "commands", "main.ts"), ...args],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, PATH: dirname(node) + delimiter + (process.env.PATH || "") },
    },
  );
  // Perhaps it has heard of it already, from the terminal: toolchain/signals.ts sees to it that once is once.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => process.exit(code === null ? 128 + constants.signals[signal] : code));
}

const [major] = process.versions.node.split(".");
if (Number(major) < oldest) {
  fail(
    "Node " +
      oldest +
      " or later is needed, and this is " +
      process.version +
      ": https://nodejs.org/en/download",
  );
}
const words = process.argv.slice(2);
install(words).then(() => {
  checkNode();
  handOver(words);
});
