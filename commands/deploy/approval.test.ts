/** Whose approval lets a change through, asked of the emulator's pull requests over HTTP by what `deploy` runs. */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knownAt, needsOf, parseStackFile, readAccess, type Model, type Settings } from "../../access";
import { changed, companyText } from "../../access/testing/company";
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { administratorScopes, developerScopes } from "../../toolchain/acme";
import { Accounts, type Baseline as KnownPeople } from "./accounts";
import { approvalOf } from "./approval";
import type { ApprovalSource, Evaluated } from "./pending";
import { root } from "../../toolchain/places";
import { AccessRepository } from "../../clients/accessRepository";

const people = ["ana", "ben", "cem", "dan"] as const;
type Name = (typeof people)[number] | "admin";
const email = (name: Name) => `${name}@small.example`;
const token = (name: Name) => `token of ${name}, long enough`;
const access = "/2.0/repositories/acme/access";
const stackFile = "stacks/Pulumi.main.yaml";
const asOf = new Date("2026-06-15T12:00:00Z");
const env = {
  BITBUCKET_EMAIL: email("admin"),
  BITBUCKET_API_TOKEN: token("admin"),
  BITBUCKET_REQUEST_JOURNAL: join(tmpdir(), `journal-${process.pid}`),
};

/** Somebody whom Keycloak has disabled. */
let disabled: Name | undefined;
let emulator: Emulator;
let settings: string;

beforeEach(async () => {
  emulator = await startEmulator({
    seed: {
      workspace: { slug: "acme" },
      accounts: (["admin", ...people] as const).map((name) => ({
        name,
        email: email(name),
        // The company's file names this account.
        ...(name === "cem" && { uuid: "{00000000-0000-0000-0000-00000000000c}" }),
        tokens: [
          { token: token(name), scopes: [...(name === "admin" ? administratorScopes : developerScopes)] },
        ],
      })),
      administrators: [email("admin")],
      projects: [{ key: "OPS", name: "Operations" }],
      repositories: [
        {
          slug: "access",
          project: "OPS",
          grants: { users: Object.fromEntries(people.map((name) => [email(name), "write" as const])) },
        },
      ],
    },
  });
  settings = readFileSync(join(root, stackFile.replace("main", "dev")), "utf8")
    .replace("https://api.bitbucket.org", emulator.url)
    .replace("governing: false", "governing: true")
    .replace("credential: keyless", "credential: rotated");
  await push("main", companyText);
});

afterEach(() => emulator.close());

async function ask(method: string, path: string, as: Name, body?: string | FormData): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${email(as)}:${token(as)}`).toString("base64")}`;
  const type = typeof body === "string" ? { "content-type": "application/json" } : {};
  const init = { method, headers: { authorization, ...type }, ...(body !== undefined && { body }) };
  const response = await fetch(`${emulator.url}${path}`, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return response.headers.get("content-type")?.includes("json")
    ? JSON.parse(text)
    : response.headers.get("location");
}

/** @returns the commit */
async function push(branch: string, text: string, as: Name = "admin"): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ branch, "access.yaml": text, [stackFile]: settings }))
    form.set(name, value);
  return (
    String(await ask("POST", `${access}/src`, as, form))
      .split("/")
      .at(-1) ?? ""
  );
}

let branches = 0;
/** A pull request with this text, approved by some and merged. @returns the merge commit */
async function merged(author: Name, approvers: readonly Name[], text: string): Promise<string> {
  const name = `change-${(branches += 1)}`;
  await push(name, text, author);
  const asked = JSON.stringify({ title: name, source: { branch: { name } } });
  const { id } = (await ask("POST", `${access}/pullrequests`, author, asked)) as { id: number };
  for (const approver of approvers) await ask("POST", `${access}/pullrequests/${id}/approve`, approver);
  const done = (await ask("POST", `${access}/pullrequests/${id}/merge`, "admin")) as {
    merge_commit: { hash: string };
  };
  return done.merge_commit.hash;
}

function understood(text: string): { model: Model; settings: Settings } {
  const read = parseStackFile(settings, stackFile);
  if (!read.ok) throw new Error("the settings are no settings");
  const parsed = readAccess(text, "access.yaml", read.settings);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ found }) => found).join());
  return { model: parsed.model, settings: read.settings };
}

/** What a deploy of this text says to it; the stack was last brought up with the company's. */
function evaluated(text: string, source: ApprovalSource): Promise<Evaluated> {
  const known = (declaration: { model: Model; settings: Settings }) =>
    knownAt({ ...declaration, exceptions: [], asOf }, () => []);
  const before = known(understood(companyText));
  const { model, settings } = understood(text);
  const needs = needsOf(before, known({ model, settings }));
  const basis = {
    ...{ stack: "main", model, settings, exceptions: [], asOf, members: () => [], before },
    since: undefined,
  };
  const pending = { needs, number: "123456789012", basis, commit: source.commit };
  if (source.repository === undefined) return approvalOf(pending, source, undefined);
  const repository = new AccessRepository(settings.bitbucket.url, source.repository, env);
  // Nobody of this realm was ever matched: addresses count.
  const realm: KnownPeople["realm"] = {
    get: <T>(path: string, query?: Record<string, string>) => {
      const username = query?.username ?? "";
      const isEnabled = username !== disabled;
      const user = { id: username, username, email: `${username}@small.example`, enabled: isEnabled };
      return Promise.resolve((path === "users" ? [user] : undefined) as T | undefined);
    },
  };
  const people = { people: before.model.people, realm, name: "small" };
  const accounts = new Accounts(people, (address) => repository.accountOf(address));
  return approvalOf(pending, source, { repository, accounts, env });
}

const grant = (line: string): readonly [string, string] => ["grants:\n", `grants:\n  - { ${line} }\n`];
/** For ben and cem; ana answers for the project. */
const grave = changed(grant("team: hands, can: [deploy:prod], on: ONE/api"));
const viaBitbucket = (commit: string) => ({ repository: "acme/access", commit });
const lacking = (id: number) => [
  `team hands gains deploy:prod on ONE/api: pull request #${id} lacks the approval of somebody who answers for project ONE, wrote nothing of it and gains nothing by this change: ana`,
];

test.each<[string, Name, Name[]]>([
  ["nobody", "cem", []],
  ["a beneficiary", "ana", ["cem"]],
  ["a beneficiary who owns the company", "cem", ["ben"]],
  ["its author, who owns the project", "ana", ["ana"]],
  ["somebody who owns nothing", "cem", ["dan"]],
])("approved by %s, it is refused", async (_, author, approvers) => {
  const commit = await merged(author, approvers, grave);
  expect(await evaluated(grave, viaBitbucket(commit))).toEqual({ reasons: lacking(1) });
});

test("approved by its owner, it goes, and who that was is told", async () => {
  const commit = await merged("cem", ["ana", "dan"], grave);
  const words = "acme/access: pull request #1 approved by ana for project ONE";
  expect(await evaluated(grave, viaBitbucket(commit))).toEqual({
    approval: {
      by: "pull request",
      words,
      people: ["ana"],
      accounts: { ana: expect.stringMatching(/^\{/) as string },
    },
    reasons: [],
  });
});

test("an owner's approval of something harmless does not count for what was merged before it", async () => {
  await merged("cem", ["cem"], grave);
  const harmless = grave.replace("company: Small", "company: Smaller");
  const commit = await merged("cem", ["ana"], harmless);
  expect(await evaluated(harmless, viaBitbucket(commit))).toEqual({ reasons: lacking(1) });
});

test("nor does the approval of a day count for the right that it ends", async () => {
  const ends = (day: string) => changed(grant(`team: hands, can: [deploy:prod], on: ONE/api, until: ${day}`));
  await merged("cem", ["cem"], grave);
  await merged("cem", ["ana"], ends("2027-06-30"));
  const sooner = await merged("cem", ["ana"], ends("2027-03-31"));
  expect((await evaluated(ends("2027-03-31"), viaBitbucket(sooner))).reasons).toEqual(lacking(1));
  // That of a later day does.
  const later = await merged("cem", ["ana"], ends("2027-12-31"));
  expect((await evaluated(ends("2027-12-31"), viaBitbucket(later))).reasons).toEqual([]);
});

test("nor does the approval of the grant count for somebody who joins the team after it", async () => {
  await merged("cem", ["ana"], grave);
  const joined = grave
    .replace("members: [ben, cem]", "members: [ben, cem, dan]")
    .replace("  cem: {", "  dan: { name: Dan, email: dan@small.example }\n  cem: {");
  const commit = await merged("ben", ["cem"], joined);
  expect((await evaluated(joined, viaBitbucket(commit))).reasons).toEqual([
    ...lacking(2),
    expect.stringMatching(/^dan may approve for project TWO from now on: pull request #2 lacks .*: ana$/),
  ]);
});

test("who is made the owner by the change does not approve of it, nor somebody who is said to be the owner now", async () => {
  const usurped = grave
    .replace("    owner: leads\n", "    owner: guests\n")
    .replace("members: []", "members: [dan]")
    .replace("  cem: {", "  dan: { name: Dan, email: dan@small.example }\n  cem: {");
  const [first] = (await evaluated(usurped, viaBitbucket(await merged("cem", ["dan"], usurped)))).reasons;
  expect(first).toBe(lacking(1)[0]);
  const swapped = grave.replace("ana@small.example", "dan@small.example");
  const { reasons } = await evaluated(swapped, viaBitbucket(await merged("cem", ["dan"], swapped)));
  expect(reasons).toEqual([
    expect.stringMatching(
      /^team hands gains deploy:prod on ONE.api: everybody .* gains by this change: bring it up/,
    ),
    expect.stringMatching(
      /^e-mail address of ana changes .*: everybody .* gains by this change: bring it up/,
    ),
  ]);
});

test("a push past the pull requests, even one whose message names an approved one, is refused", async () => {
  await merged("cem", ["ana"], companyText.replace("company: Small", "company: Smaller"));
  const form = new FormData();
  const fields = { branch: "main", "access.yaml": grave, message: "Merged in x (pull request #1)" };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const commit =
    String(await ask("POST", `${access}/src`, "cem", form))
      .split("/")
      .at(-1) ?? "";
  expect((await evaluated(grave, viaBitbucket(commit))).reasons).toEqual([
    expect.stringContaining("no merged pull request brought commit"),
  ]);
});

test("files that are not those of the commit, and a checkout that was edited, are refused", async () => {
  const commit = await merged("cem", ["ana"], companyText.replace("company: Small", "company: Smaller"));
  expect((await evaluated(grave, viaBitbucket(commit))).reasons).toEqual([
    `the files here are not those of acme/access at ${commit.slice(0, 12)}: check out what was merged`,
  ]);
  expect((await evaluated(grave, viaBitbucket(`${commit}+`))).reasons).toEqual([
    expect.stringContaining("found files that differ from their commit"),
  ]);
});

test("without Bitbucket the number of just this change is one person's word; beside a repository it is not taken", async () => {
  expect((await evaluated(grave, { approve: "123456789012" })).approval?.by).toBe("one person");
  expect((await evaluated(grave, { approve: "123456789013" })).reasons).toEqual([
    "found 123456789013 for --approve; this change is 123456789012: approve of just that, or do not",
  ]);
  expect((await evaluated(grave, { approve: "123456789012", repository: "acme/access" })).reasons).toEqual([
    "found --approve; a pull request of acme/access has to be approved instead: leave it out",
  ]);
  expect((await evaluated(grave, {})).reasons).toHaveLength(2);
  expect(await evaluated(changed(grant("team: guests, can: [read], on: TWO")), {})).toEqual({ reasons: [] });
});
