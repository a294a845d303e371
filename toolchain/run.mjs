/**
 * The way in: `node toolchain/run.mjs <command> [arguments]`, which is what every `npm run` of this project calls.
 *
 * A fresh clone has no dependencies and the machine's own Node, perhaps an old one. This file installs the first
 * and hands over to the Node that the project brings. It runs before either is there, so it is plain JavaScript,
 * without dependencies, in words that a Node of years ago can read well enough to be told that it is too old.
 */
import { spawn, spawnSync } from "child_process";
import { createHash } from "crypto";
import { existsSync, readFileSync, writeFileSync } from "fs";
import { constants } from "os";
import { delimiter, dirname, join } from "path";
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

function install() {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted()) return;
  console.error("installing the packages of package-lock.json …");
  const began = Date.now();
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // npm is Node, which has another name for the file of a company's own authority.
    env: { NODE_EXTRA_CA_CERTS: process.env.SSL_CERT_FILE || "", ...process.env },
    stdio: ["ignore", 2, 2],
  });
  if (result.error) fail("npm could not be started (" + result.error.message + "); it comes with Node");
  if (result.status !== 0)
    fail("npm ci failed; what it says is above. Try it again, then: rm -r node_modules");
  writeFileSync(stamp, wanted());
  console.error("installed the packages: " + Math.round((Date.now() - began) / 1000) + " s");
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
install();
checkNode();
handOver(process.argv.slice(2));
