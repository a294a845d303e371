/** Answers as people read them, of the sample company in a real Git repository. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { momentVariable } from "../../checkout/moment";
import { root } from "../../toolchain/places";
import { AccessRepository, type MergedPullRequest } from "../../clients/accessRepository";
import { askFiles } from "./files";
import { answerJson } from "./json";
import { broughtBy, broughtText } from "./pullRequest";
import { answerText } from "./text";

const env = { [momentVariable]: "2026-12-01T12:00:00Z" };
const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
const addedGrant =
  '  - { team: support, can: [trigger], on: SHOP/shop-web, until: 2026-12-31, reason: "Reproduces what customers see" }\n';
const endedGrant =
  "  - { team: support, can: [merge], on: PLAT/runbooks, until: 2026-11-30, reason: Stood in }\n";
let folder: string;

const git = (day: string, ...args: string[]): string =>
  execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_DATE: `${day}T09:00:00Z`,
      GIT_COMMITTER_DATE: `${day}T09:00:00Z`,
      ...{ GIT_AUTHOR_NAME: "Ana Alvarez", GIT_AUTHOR_EMAIL: "ana@acme.example" },
      ...{ GIT_COMMITTER_NAME: "Ana Alvarez", GIT_COMMITTER_EMAIL: "ana@acme.example" },
    },
  }).trim();
const write = (text: string) => {
  writeFileSync(join(folder, "access.yaml"), text);
};

let merge: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "why-"));
  mkdirSync(join(folder, "stacks"));
  for (const stack of ["dev", "staging", "prod"])
    cpSync(join(root, `stacks/Pulumi.${stack}.yaml`), join(folder, `stacks/Pulumi.${stack}.yaml`));
  git("2026-10-01", "init", "--quiet", "--initial-branch=main");
  write(acme);
  git("2026-10-01", "add", ".");
  git("2026-10-01", "commit", "--quiet", "-m", "The company");
  git("2026-11-02", "checkout", "--quiet", "-b", "support");
  write(`${acme.trimEnd()}\n${addedGrant}${endedGrant}`);
  git("2026-11-02", "commit", "--quiet", "-a", "-m", "a line on a branch");
  git("2026-11-03", "checkout", "--quiet", "main");
  const message = "Merged in support (pull request #12)\n\nSupport can start builds\n\nApproved-by: Fatima";
  git("2026-11-03", "merge", "--quiet", "--no-ff", "support", "-m", message);
  merge = git("2026-11-03", "rev-parse", "HEAD");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ask = (question: string) => askFiles(folder, question.split(" "), undefined, env);
const said = async (question: string) => {
  const { answer, setting, origins } = await ask(question);
  return answerText(answer, { model: setting.model, origins }).replaceAll(/commit [0-9a-f]{12}/g, "commit …");
};

test("yes: by which path, since which merge, until when and for what reason", async () => {
  expect(await said("june trigger shop-web")).toMatchInlineSnapshot(`
    "yes: june can trigger on SHOP/shop-web
      june → support → SHOP/shop-web → write (granted)
      access.yaml:58  june is in team support
      access.yaml:125  team support can trigger on SHOP/shop-web
      since 2026-11-03, commit …, pull request #12, Ana Alvarez: Support can start builds
      until 2026-12-31 (UTC)
      reason: Reproduces what customers see"
  `);
});

test.each([
  "june merge PLAT/runbooks",
  "dora merge payments-api",
  "ben administer SHOP",
  "dora PAY/payments-api",
  "dora PAY",
  "merge PAY/payments-api",
  "deploy:prod PAY",
  "release-bot merge shop-mobile",
  "pipeline:payments-api deploy:prod payments-api",
  "payments-api merge payments-api",
  "goran deploy:prod shop-mobile",
])("why %s", async (question) => {
  expect(await said(question)).toMatchSnapshot();
});

test("where permissions are observed, a no says that the file does not know, and a proposal that it is refused", async () => {
  write(
    readFileSync(join(folder, "access.yaml"), "utf8")
      .replace("on: [SHOP, PLAT/runbooks]", "on: SHOP")
      .replace(endedGrant, "")
      .replace("runbooks: {}", "runbooks: { observed: [permissions] }"),
  );
  expect(await said("june administer PLAT/runbooks")).toMatchSnapshot();
  git("2026-11-04", "checkout", "--quiet", "access.yaml");
});

test("what is not committed says so; what is in no repository is of no known day", async () => {
  write(readFileSync(join(folder, "access.yaml"), "utf8").replace("[dora, emil]", "[dora, emil, june]"));
  expect(await said("june deploy:dev payments-api")).toContain(
    "since when: not committed yet (june is in team payments)",
  );
  git("2026-11-04", "checkout", "--quiet", "access.yaml");
  const bare = mkdtempSync(join(tmpdir(), "why-bare-"));
  cpSync(join(folder, "access.yaml"), join(bare, "access.yaml"));
  cpSync(join(folder, "stacks"), join(bare, "stacks"), { recursive: true });
  const { answer, setting, origins } = await askFiles(bare, ["dora", "read", "PAY"], undefined, env);
  expect(answerText(answer, { model: setting.model, origins })).toContain("outside of a Git checkout");
  rmSync(bare, { recursive: true });
});

test("the pull request that brought it counts where Bitbucket says that it did, and names who approved", async () => {
  const asked = await ask("june trigger shop-web");
  const env = { BITBUCKET_EMAIL: "ana@acme.example", BITBUCKET_API_TOKEN: "a-token" };
  const commit = { hash: merge, parents: [], message: "Merged in support (pull request #12)" };
  const known = jest.spyOn(AccessRepository.prototype, "found").mockResolvedValue(commit);
  const request = {
    id: 12,
    title: "Builds",
    approvedBy: ["{f}"],
    names: new Map([["{f}", "Fatima Haddad"]]),
  };
  const merged = jest
    .spyOn(AccessRepository.prototype, "mergedAs")
    .mockResolvedValue(request as unknown as MergedPullRequest);
  const brought = await broughtBy(asked, "acme/identity", env);
  expect(brought && broughtText(brought)).toBe(
    "by pull request #12 of acme/identity (Builds), approved by Fatima Haddad",
  );
  expect([known.mock.calls, merged.mock.calls]).toEqual([[[merge]], [[commit]]]);
  merged.mockResolvedValue(undefined);
  expect(await broughtBy(asked, "acme/identity", env)).toBeUndefined();
  jest.restoreAllMocks();
});

test("a script gets all of it", async () => {
  const json = JSON.parse(JSON.stringify(answerJson(await ask("june trigger shop-web")))) as object;
  expect(json).toMatchObject({
    subject: { kind: "person", name: "june" },
    capability: "trigger",
    target: "SHOP/shop-web",
    stack: "prod",
    can: true,
    rights: [
      {
        capability: "trigger",
        target: "SHOP/shop-web",
        can: true,
        paths: [
          {
            kind: "granted",
            path: ["june", "support", "SHOP/shop-web", "write"],
            until: "2026-12-31",
            since: {
              commit: merge,
              pullRequest: 12,
              subject: "Support can start builds",
              on: "2026-11-03T09:00:00.000Z",
            },
          },
        ],
      },
    ],
    proposals: [],
  });
});

test.each([
  ["dara merge PAY", 'did you mean "dora"?'],
  ["dora mrege PAY", 'did you mean "merge"?'],
  ["dora merge PAYY", 'did you mean "PAY"?'],
  ["a b c d", "found 4 words"],
  ["platfrm merge PAY", 'did you mean "platform"?'],
])("why %s is an error that says what is meant", async (question, hint) => {
  await expect(ask(question)).rejects.toThrow(hint);
});

test.each([
  ["Dora merge pay", { kind: "person", name: "dora" }],
  ["DORA@acme.example merge PAY", { kind: "person", name: "dora" }],
  ["team:platform merge PAY", { kind: "team", name: "platform" }],
])("why %s: names as command lines give them", async (question, subject) => {
  expect((await ask(question)).answer.question).toEqual({ subject, capability: "merge", target: "PAY" });
});
