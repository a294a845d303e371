import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { parseStackFile } from "../../access";
import { root } from "../../toolchain/places";
import { acmeSeed, administrator } from "../../toolchain/acme";
import { identityFiles, pushCheckout } from "./identity";

const apiToken = "of-the-administrator-0123456789";
const stack = parseStackFile(readFileSync(join(root, "stacks/Pulumi.local.yaml"), "utf8"), "local");

let folder: string;
let emulator: Emulator;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "identity-"));
  for (const inside of ["stacks", "pipelines"]) mkdirSync(join(folder, inside));
  for (const file of [
    "access.yaml",
    "stacks/Pulumi.dev.yaml",
    "pipelines/program.sh",
    "pipelines/a.test.ts",
    "x",
  ])
    writeFileSync(join(folder, file), `${file}\n`);
  const identity = identityFiles(folder);
  emulator = await startEmulator({ seed: acmeSeed({ administratorToken: apiToken, identity }) });
});
afterEach(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

const push = () => {
  if (!stack.ok) throw new Error("the stack file is not valid");
  return pushCheckout(
    folder,
    { ...stack.settings.bitbucket, url: emulator.url },
    { email: administrator, apiToken },
  );
};
const authorization = `Basic ${Buffer.from(`${administrator}:${apiToken}`).toString("base64")}`;
const read = async (path: string): Promise<[number, string]> => {
  const at = `${emulator.url}/2.0/repositories/acme/identity/${path}`;
  const answer = await fetch(at, { headers: { authorization } });
  return [answer.status, await answer.text()];
};

test("what is no checkout gives its data files and the pipelines, and nothing else", async () => {
  await push();
  expect(Object.keys(identityFiles(folder))).toEqual(["access.yaml", "stacks/Pulumi.dev.yaml", "pipelines/program.sh"]); // prettier-ignore
  expect(await read("src/main/access.yaml")).toEqual([200, "access.yaml\n"]);
  expect((await read("src/main/x"))[0]).toBe(404);
});

test("of a checkout, its newest commit is the main branch; no token is in its settings", async () => {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" });
  git("init", "--quiet");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@acme.example", "commit", "--quiet", "--message", "All");
  await push();
  const [, text] = await read("refs/branches/main");
  expect((JSON.parse(text) as { target: { hash: string } }).target.hash).toBe(
    git("rev-parse", "HEAD").trim(),
  );
  expect(await read("src/main/x")).toEqual([200, "x\n"]);
  expect(readFileSync(join(folder, ".git/config"), "utf8")).not.toContain("http");
});
