/**
 * The packages for other programs, out of their tarballs: an empty folder outside the checkout, what the registry has, and
 * the CLI. Nothing of the checkout is used but the tarball and the tools.
 */
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "../../generate/packages/pack";
import { providers } from "../../generate/packages/providers";
import { administratorScopes } from "../../toolchain/acme";
import { pulumiEnvironment } from "../../toolchain/environment";
import { run } from "../../toolchain/processes";
import { sharedWorld } from "./world/shared";

jest.setTimeout(240_000);

const { toolchain } = sharedWorld();
const credentials = { bitbucket: { email: "admin@acme.example", apiToken: "token of the administrator" } };
// The folder has a blank in its name, as people's folders do.
const folder = mkdtempSync(join(tmpdir(), "a consumer "));
const env = pulumiEnvironment(toolchain, { stack: "local", backend: join(folder, "state"), credentials });
const plugin = "./node_modules/@pulumi/bitbucket/plugin";
let emulator: Emulator;

const pulumi = (...args: string[]) =>
  run(toolchain.pulumi, [...args, "--non-interactive"], { cwd: folder, env });
const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

beforeAll(async () => {
  emulator = await startEmulator({
    seed: {
      workspace: { slug: "acme", plan: "premium" },
      accounts: [
        {
          name: "Administrator",
          email: credentials.bitbucket.email,
          tokens: [{ token: credentials.bitbucket.apiToken, scopes: [...administratorScopes] }],
        },
      ],
      administrators: [credentials.bitbucket.email],
      projects: [{ key: "PAY", name: "Payments" }],
      repositories: [{ slug: "web", project: "PAY" }],
    },
  });
  mkdirSync(join(folder, "state"));
  const tarball = await pack(providers["packages/bitbucket"]!(), folder);
  write({ "package.json": JSON.stringify({ name: "consumer", private: true }) });
  const wanted = [tarball, "@pulumi/pulumi@^3.270.0", "typescript@~5.9.0", "@types/node@^24.0.0"];
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...wanted], { cwd: folder });
  write({
    "Pulumi.yaml": `name: consumer\nruntime: nodejs\nmain: index.ts\nplugins:\n  providers:\n    - { name: bitbucket, path: "${plugin}" }\n`,
    // The CLI checks the types before it runs the program: each line below that is to be wrong has to be.
    "index.ts": `
import * as bitbucket from "@pulumi/bitbucket";
import * as pulumi from "@pulumi/pulumi";

const provider = new bitbucket.Provider("emulator", { apiUrl: "${emulator.url}" });
const at = { workspace: "acme", repository: "web" };
const group = new bitbucket.Group("payments", { workspace: "acme", name: "Payments" }, { provider });
new bitbucket.RepositoryPermissions("web", { ...at, holders: [{ group: group.slug, permission: "write" }] }, { provider });
const token = pulumi.secret("a value that is secret");
new bitbucket.RepositoryVariables("web", { ...at, variables: [{ key: "TOKEN", value: token }] }, { provider });
export const slug: pulumi.Output<string> = group.slug;
export const { name } = bitbucket.getWorkspace({ workspace: "acme" }, { provider });
// @ts-expect-error no such permission
const wrong: bitbucket.RepositoryHolderArgs = { group: "payments", permission: "owner" };
// @ts-expect-error the name is missing
const lacking: bitbucket.GroupArgs = { workspace: "acme" };
`,
  });
  await pulumi("stack", "init", "local");
});

afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

test("a TypeScript program comes up by the tarball alone, and a second run changes nothing", async () => {
  expect(existsSync(join(folder, "node_modules/@bitbucket-keycloak"))).toBe(false);
  expect(await pulumi("up", "--yes", "--skip-preview")).toMatch(/\+ 5 created/);
  expect(await pulumi("preview", "--refresh")).toMatch(/ 5 unchanged/);
  expect(JSON.parse(await pulumi("stack", "output", "--json"))).toEqual({ slug: "payments", name: "acme" });
  const state = readFileSync(join(folder, "state/.pulumi/stacks/consumer/local.json"), "utf8");
  expect(state).toContain('"key":"TOKEN"');
  expect(state).not.toContain("a value that is secret");
});

test("what exists is imported by a readable id", async () => {
  const known = "default=urn:pulumi:local::consumer::pulumi:providers:bitbucket::emulator";
  const options = ["--yes", "--generate-code=false", "--protect=false", "--provider", known];
  await pulumi("import", "bitbucket:index:ProjectPermissions", "PAY", "acme/PAY", ...options);
  expect(await pulumi("stack", "--show-ids")).toMatch(/ProjectPermissions\s+PAY\n.*ID: acme\/PAY\n/);
});

test("the CLI asks the executable for the schema, and it is the one that lies in the package", async () => {
  const schema = await pulumi("package", "get-schema", "./node_modules/.bin/pulumi-resource-bitbucket");
  const packed = readFileSync(join(folder, "node_modules/@pulumi/bitbucket/schema.json"), "utf8");
  const { resources, functions, types } = JSON.parse(packed) as Record<string, object>;
  expect(JSON.parse(schema)).toMatchObject({
    name: "bitbucket",
    version: "0.1.0",
    resources,
    functions,
    types,
  });
});
