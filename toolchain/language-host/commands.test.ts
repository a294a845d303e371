import { outcome, programCommand, type Command } from "./commands";
import { pluginCommand, policyPackCommand } from "./plugins";
import { official, type Started } from "./testing/official";

const options = { tsconfig: "<tsconfig>", nodeargs: "<nodeargs>" };
const stack = {
  organization: "<organization>",
  project: "<project>",
  stack: "<stack>",
  dryRun: true,
  config: { "<namespace>:<key>": "<value>" },
};
const place = { node: "/node", engine: "<engine>", env: { OF: "host" } };
const ofProgram = { ...place, runner: "<sdk>/cmd/run" };
const ofPlugin = { ...place, runner: "<sdk>/cmd/run-plugin" };
const ofPack = { ...place, runner: "<sdk>/cmd/run-policy-pack" };
const run = {
  ...stack,
  monitor: "<monitor>",
  rootDirectory: "<root>",
  programDirectory: "<program>",
  pwd: "<pwd>",
  parallel: 4,
  configSecretKeys: ["<namespace>:<key>"],
  program: "<entry>",
  args: ["<args>"],
  options,
};
const pack = {
  directory: "<pack>",
  args: ["<engine>"],
  env: ["OF=engine", "A=b=c"],
  options,
  evaluated: stack,
};

test("a program is started as the official host starts it", () => {
  expect(programCommand(run, ofProgram)).toEqual(commandOf(official.program));
});

test("a policy pack is started as the official host starts it", () => {
  const { env, ...rest } = commandOf(official.pack);
  expect(policyPackCommand(pack, ofPack)).toEqual({ ...rest, env: { ...env, A: "b=c" } });
});

test("any other plugin is started as the official host starts it", () => {
  const plugin = { directory: "<plugin>", pwd: "<pwd>", args: ["<engine>"], env: ["OF=engine"], options };
  const { env, ...rest } = commandOf(official.plugin);
  expect(pluginCommand(plugin, ofPlugin)).toEqual({ ...rest, env });
});

function commandOf({ cwd, args, inherits, env }: Started): Command {
  return { file: "/node", args: args.split(" "), cwd, env: { OF: inherits, ...env } };
}

test("an update has no --dry-run, and what the engine leaves empty is left out", () => {
  const { args } = programCommand({ ...run, dryRun: false, organization: "" }, ofProgram);
  expect(args).not.toContain("--dry-run");
  expect(args).not.toContain("--organization");
  const { env } = policyPackCommand({ ...pack, evaluated: { ...stack, organization: "" } }, ofPack);
  expect(Object.keys(env)).not.toContain("PULUMI_NODEJS_ORGANIZATION");
});

test("without TypeScript the variable is absent; a pack that evaluates no stack is told of none", () => {
  const plain = { typescript: false };
  const { env, args } = programCommand({ ...run, options: plain }, ofProgram);
  expect(Object.keys(env)).toEqual(["OF", "PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS"]);
  expect(args[0]).toBe("<sdk>/cmd/run");
  const told = policyPackCommand(
    { ...pack, env: ["OF=engine"], options: plain, evaluated: undefined },
    ofPack,
  );
  expect(told.env).toEqual({ OF: "engine" });
});

test("options of Node are split as a shell splits them", () => {
  const nodeargs = ` --max-old-space-size=4096  --require "./a b.cjs" --title='c "d"' `;
  const { args } = programCommand({ ...run, options: { nodeargs } }, ofProgram);
  expect(args.slice(0, 4)).toEqual(["--max-old-space-size=4096", "--require", "./a b.cjs", '--title=c "d"']);
});

test.each([
  [{ typescript: "false" }, 'runtime.options.typescript: found "false"; write true or false'],
  [{ nodeargs: ["--inspect"] }, 'runtime.options.nodeargs: found ["--inspect"]; write a text'],
  [{ tsconfig: true }, "runtime.options.tsconfig: found true; write a text"],
])("options %j are refused", (wrong, message) => {
  expect(() => programCommand({ ...run, options: wrong }, ofProgram)).toThrow(message);
});

test.each([
  [
    { code: 0, signal: null },
    { error: "", bail: false },
  ],
  [
    { code: 32, signal: null },
    { error: "", bail: true },
  ],
  [
    { code: 1, signal: null },
    { error: "the program exited with 1 before it had told the engine why", bail: false },
  ],
  [
    { code: null, signal: "SIGKILL" },
    { error: "the program was ended by SIGKILL before it had told the engine why", bail: false },
  ],
])("an ending %j is %j", (ending, expected) => {
  expect(outcome(ending)).toEqual(expected);
});
