import { outcome, policyPackCommand, programCommand } from "./commands";

const place = { node: "/node", runner: "/sdk/cmd/run", engine: "127.0.0.1:1", env: { PATH: "/bin" } };
const run = {
  monitor: "127.0.0.1:2",
  organization: "organization",
  project: "bitbucket-keycloak",
  stack: "dev",
  rootDirectory: "/checkout",
  pwd: "/checkout",
  dryRun: true,
  parallel: 4,
  config: { "bitbucket-keycloak:asOf": "2026-01-01" },
  configSecretKeys: ["bitbucket-keycloak:token"],
  program: "index.ts",
  args: [],
  options: {},
};

test("a preview", () => {
  expect(programCommand(run, place)).toEqual({
    file: "/node",
    args: [
      "/sdk/cmd/run",
      "--monitor=127.0.0.1:2",
      "--engine=127.0.0.1:1",
      "--organization=organization",
      "--project=bitbucket-keycloak",
      "--root-directory=/checkout",
      "--stack=dev",
      "--pwd=/checkout",
      "--parallel=4",
      "--dry-run",
      "index.ts",
    ],
    cwd: "/checkout",
    env: {
      PATH: "/bin",
      PULUMI_CONFIG: '{"bitbucket-keycloak:asOf":"2026-01-01"}',
      PULUMI_CONFIG_SECRET_KEYS: '["bitbucket-keycloak:token"]',
      PULUMI_NODEJS_TYPESCRIPT: "true",
    },
  });
});

test("an update has no --dry-run, and what the engine leaves empty is left out", () => {
  const { args } = programCommand({ ...run, dryRun: false, organization: "" }, place);
  expect(args).not.toContain("--dry-run");
  expect(args.filter((arg) => arg.startsWith("--organization"))).toEqual([]);
});

test("options of the runtime", () => {
  const options = { typescript: false, nodeargs: " --max-old-space-size=4096  --inspect " };
  const { args, env } = programCommand({ ...run, options }, place);
  expect(args.slice(0, 3)).toEqual(["--max-old-space-size=4096", "--inspect", "/sdk/cmd/run"]);
  expect(env.PULUMI_NODEJS_TYPESCRIPT).toBe("false");
});

test("a policy pack gets the engine's address and its own folder, and only the environment it is given", () => {
  const pack = {
    directory: "/checkout/policy",
    pwd: "/checkout",
    args: ["127.0.0.1:1"],
    env: ["A=b=c"],
    options: {},
  };
  expect(policyPackCommand(pack, { ...place, runner: "/sdk/cmd/run-policy-pack" })).toEqual({
    file: "/node",
    args: ["/sdk/cmd/run-policy-pack", "127.0.0.1:1", "/checkout/policy"],
    cwd: "/checkout",
    env: { A: "b=c", PULUMI_NODEJS_TYPESCRIPT: "true" },
  });
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
