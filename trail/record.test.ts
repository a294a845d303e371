/** What a command keeps of itself: before it acts, and when it has ended. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Model } from "../access";
import type { Began } from "./entry";
import { runsOf } from "./entry";
import { recorded, type Intent, type Scene } from "./record";
import { readTrail } from "./trail";

let cwd: string;
let said: string[];
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "record "));
  said = [];
  jest.spyOn(process.stderr, "write").mockImplementation((line) => said.push(String(line).trimEnd()) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(cwd, { recursive: true, force: true });
});

const model = {
  people: [{ username: "ana", name: "Ana Kaya", email: "ana@acme.example", account: "{a}" }],
} as unknown as Model;
const scene = (env: NodeJS.ProcessEnv = {}): Scene => ({ stack: "prod", cwd, env, model });
const intent: Intent = {
  command: "deploy",
  why: ["Support reads"],
  what: {},
  commit: "4f1c",
  sources: [
    {
      commit: "4f1c",
      author: { email: "ANA@acme.example", name: "ana k" },
      subject: "Support reads",
      pullRequest: {
        repository: "acme/access",
        id: 7,
        title: "x",
        author: { account: "{a}" },
        approvedBy: [{ account: "{b}", name: "Ben" }],
      },
    },
  ],
};
const trail = () => readTrail(join(cwd, ".local/audit"));
const began = () => trail().entries[0] as Began;

test("what is to be done stands there before it is done, with everybody by all of their names", async () => {
  const env = { BITBUCKET_STEP_TRIGGERER_UUID: "{a}", KEYCLOAK_CLIENT_ID: "deployer" };
  const result = await recorded(
    scene(env),
    intent,
    () => {
      expect(trail().entries.map(({ act }) => act)).toEqual(["began"]);
      return Promise.resolve(3);
    },
    (update) => ({ what: { resources: { update } } }),
  );
  expect(result).toBe(3);
  const ana = { username: "ana", name: "Ana Kaya", email: "ana@acme.example", account: "{a}" };
  const { authors, approvers, operator, keycloakAccount } = began();
  expect(authors).toEqual([{ ...ana, email: "ANA@acme.example", name: "ana k" }]);
  expect([approvers, operator, keycloakAccount]).toEqual([
    [{ account: "{b}", name: "Ben" }],
    ana,
    "service-account-deployer",
  ]);
  const [run] = runsOf(trail().entries);
  expect([run?.ended?.result, run?.what]).toEqual(["succeeded", { resources: { update: 3 } }]);
  expect(said).toEqual([expect.stringContaining("not signed, so whoever may write it can make it up")]);
});

test("what is in no commit is by whoever runs the command", async () => {
  const env = { BITBUCKET_STEP_TRIGGERER_UUID: "{c}" };
  await recorded(
    scene(env),
    { ...intent, commit: "4f1c+", sources: [] },
    () => Promise.resolve(),
    () => ({ what: {} }),
  );
  expect(began().authors).toEqual([{ account: "{c}" }]);
});

test("a failure is kept with its words, without the secrets in them, and thrown on", async () => {
  const env = { KEYCLOAK_CLIENT_SECRET: "s3cret-of-ours" };
  const work = () => Promise.reject(new Error("refused client_secret=abcdef and s3cret-of-ours"));
  await expect(recorded(scene(env), intent, work, () => ({ what: {} }))).rejects.toThrow("refused");
  expect(runsOf(trail().entries)[0]?.ended).toMatchObject({
    result: "failed",
    problem: "refused client_secret=[secret] and [secret]",
  });
});

describe("a trail that cannot be written", () => {
  beforeEach(() => {
    writeFileSync(join(cwd, "file"), "");
  });
  const env = () => ({ BITBUCKET_KEYCLOAK_AUDIT: join(cwd, "file", "audit") });

  test("stops what is not urgent, before anything is done", async () => {
    const work = jest.fn();
    await expect(recorded(scene(env()), intent, work, () => ({ what: {} }))).rejects.toThrow(
      /^the audit trail cannot be written: .*; nothing was changed$/,
    );
    expect(work).not.toHaveBeenCalled();
  });

  test("does not stop what ends a danger: what belongs into it is said aloud", async () => {
    const result = await recorded(
      scene(env()),
      { ...intent, command: "offboard", urgent: true },
      () => Promise.resolve("done"),
      () => ({ what: {} }),
    );
    expect(result).toBe("done");
    expect(said.filter((line) => line.startsWith("warning: the audit trail cannot be written"))).toHaveLength(
      2,
    );
    expect(said.join()).toContain('"command":"offboard"');
  });
});
