/**
 * The packages for other programs, out of their tarballs: an empty folder outside the checkout, what the registry has, and
 * the CLI. Nothing of the checkout is used but the tarball and the tools.
 */
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "../../generate/packages/pack";
import { packages } from "../../generate/packages/packages";
import { pulumiEnvironment } from "../../toolchain/environment";
import { run } from "../../toolchain/processes";
import { consumerCredentials as credentials, consumerSeed } from "./world/consumer";
import { sharedWorld } from "./world/shared";

jest.setTimeout(240_000);

const { toolchain } = sharedWorld();
// The folder has a blank in its name, as people's folders do.
const folder = mkdtempSync(join(tmpdir(), "a consumer "));
const env = pulumiEnvironment(toolchain, { stack: "local", backend: join(folder, "state"), credentials });
const plugin = "./node_modules/@pulumi/bitbucket/plugin";
let emulator: Emulator;
const accessText = `company: Small
owners: [ana, ben]
environments:
  prod: { type: production }
people:
  ana: { name: Ana, email: ana@acme.example }
  ben: { name: Ben, email: ben@acme.example }
teams:
  leads: { owner: ana, members: [ben] }
projects:
  PAY:
    name: Payments
    owner: leads
    protected: { main: { approvals: 1 } }
    repositories:
      web: {}
grants:
  - { team: leads, can: [merge], on: PAY }
`;

const pulumi = (...args: string[]) =>
  run(toolchain.pulumi, [...args, "--non-interactive"], { cwd: folder, env });
const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

beforeAll(async () => {
  emulator = await startEmulator({ seed: consumerSeed });
  mkdirSync(join(folder, "state"));
  const tarballs = [
    await pack(packages["packages/bitbucket"]!(), folder),
    await pack(packages.library!(), folder),
  ];
  write({ "package.json": JSON.stringify({ name: "consumer", private: true }) });
  const wanted = [...tarballs, "@pulumi/pulumi@^3.270.0", "typescript@~5.9.0", "@types/node@^24.0.0"];
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
  expect(readdirSync(join(folder, "node_modules/@bitbucket-keycloak"))).toEqual(["components"]);
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

test("a component comes up from the text of an access.yaml; what is there already only where that is asked", async () => {
  const program = (more: string) => `
import { readFileSync } from "node:fs";
import { WorkspaceAccess, type WorkspaceAccessArgs } from "@bitbucket-keycloak/components";
import * as bitbucket from "@pulumi/bitbucket";

const provider = new bitbucket.Provider("emulator", { apiUrl: "${emulator.url}" });
const text = readFileSync("access.yaml", "utf8");
const args: WorkspaceAccessArgs = { text, workspace: "acme", environment: "prod" ${more} };
export const { groups } = new WorkspaceAccess("access", args, { providers: [provider] });
// @ts-expect-error no such plan
const wrong: WorkspaceAccessArgs = { ...args, plan: "gold" };
`;
  write({ "access.yaml": accessText, "index.ts": program("") });
  const refused = await pulumi("up", "--yes", "--skip-preview").catch(String);
  expect(refused).toMatch(/group payments: present write, not declared\n.*set takeOver: true to make/);
  write({ "index.ts": program(", takeOver: true") });
  expect(await pulumi("up", "--yes", "--skip-preview")).toMatch(/leads *: "leads"/);
  expect(await pulumi("preview", "--refresh")).toMatch(/ 11 unchanged/);
});
