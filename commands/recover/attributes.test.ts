import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeBrokenAttributes } from "./attributes";

let folder: string;
let stacks: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "some state "));
  stacks = join(folder, "state/.pulumi/stacks/bitbucket-keycloak");
  mkdirSync(stacks, { recursive: true });
  for (const file of ["prod.json", "prod.json.bak"]) writeFileSync(join(stacks, file), "{}");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const remove = (): Promise<string | undefined> =>
  removeBrokenAttributes("prod", "file://./state?a=b", folder);

test.each(["prod.json", "prod.json.bak"])(
  "half-written attributes of %s go, and the file stays",
  async (file) => {
    writeFileSync(join(stacks, `${file}.attrs`), '{"user.cache_con');

    expect(await remove()).toBe(
      "made the state of stack prod readable: removed what a killed run had begun to write beside it",
    );
    expect(existsSync(join(stacks, `${file}.attrs`))).toBe(false);
    expect(existsSync(join(stacks, file))).toBe(true);
  },
);

test("whole ones stay, and so do those of another stack", async () => {
  writeFileSync(join(stacks, "prod.json.attrs"), "{}");
  writeFileSync(join(stacks, "dev.json.attrs"), "");

  expect(await remove()).toBeUndefined();
  expect(existsSync(join(stacks, "prod.json.attrs"))).toBe(true);
  expect(existsSync(join(stacks, "dev.json.attrs"))).toBe(true);
});

test("where the state is in no folder, there is nothing to look at", async () => {
  expect(await removeBrokenAttributes("prod", "s3://acme", folder)).toBeUndefined();
});
