/**
 * Attacks on the way from pull request to deploy, by somebody who may write to the repository that steers everything: each
 * is proposed, approved by his accomplice, merged and deployed by the real commands, and refused before anything is written.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { withSettings } from "./world";
import { GitCompany, stackFile, type Files, type Proposal } from "./world/gitCompany";
import { accessText, exceptionsText } from "./world/gitCompanyData";

jest.setTimeout(400_000);

let company: GitCompany;
/** Where credentials are to go: it says yes to everything. */
let evil: Server;
const stolen: string[] = [];

beforeAll(async () => {
  evil = createServer((request, response) => {
    stolen.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(200, { "content-type": "application/json" }).end('{"approved":true,"values":[]}');
  }).listen(0, "127.0.0.1");
  await once(evil, "listening");
  company = await GitCompany.start();
  await company.writes();
});

afterAll(async () => {
  evil.close();
  await company.stop();
});

const evilUrl = () => `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;

type Pair = readonly [from: string, to: string];
const access = (...pairs: readonly Pair[]): Files => ({ "access.yaml": replaced(accessText, pairs) });
const settings = (some: Readonly<Record<string, string | boolean>>, ...pairs: readonly Pair[]): Files => ({
  [stackFile]: replaced(withSettings(company.good[stackFile] ?? "", some), pairs),
});
function replaced(text: string, pairs: readonly Pair[]): string {
  return pairs.reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`there is no ${from}`);
    return all.replace(from, () => to);
  }, text);
}

const grant = (line: string): Pair => ["grants:\n", `grants:\n  - { ${line} }\n`];
const deployer = grant("team: hands, can: [deploy:prod], on: ONE/api");
const deployer2 = grant("team: hands, can: [deploy:prod], on: ONE/web");
const guestsToo = grant("team: guests, can: [deploy:prod], on: ONE/web");
const webDeploys: Pair = ["web: {}", "web: { deploys: [prod] }"];
const administrator = grant("team: guests, can: [administer], on: OPS/access");
const noApi: Pair = ["      api: { deploys: [prod] }\n", ""];
const noGrantOn = (slug: string): Pair => [
  `  - { team: staff, can: [read, trigger, merge], on: ONE/${slug} }\n`,
  "",
];
const longer = {
  "lifetimes.session": "20 hours",
  "keycloak.people": "external",
  "rotation.credentials": "60 days",
};
const asOf: Pair = ["config:\n", 'config:\n  bitbucket-keycloak:asOf: "2026-06-01T00:00:00Z"\n'];
/** A team below the one that answers for the project, with nobody in it. */
const juniors: Pair = [
  "leads: { owner: ana, members: [ben] }",
  "leads: { owner: ana, members: [ben], teams: { juniors: { owner: ana, members: [] } } }",
];
const cemJoins: Pair = ["juniors: { owner: ana, members: [] }", "juniors: { owner: ana, members: [cem] }"];
const benJoins: Pair = [
  "hands: { owner: ana, members: [cem] }",
  "hands: { owner: ana, members: [cem, ben] }",
];
/** As long as an exception may last, nearly. */
const later = new Date(Date.now() + 360 * 86_400_000).toISOString().slice(0, 10);
const harmless: Pair = ["company: Small", "company: Smaller"];
const cemAlone = { by: "cem", approvers: ["dan"] } as const;

interface Attack {
  readonly proposals: () => readonly Proposal[];
  /** The whole refusal, a reason each. */
  readonly refused: readonly string[];
}

const lacks = (who: string, which = "the last") =>
  `: ${which} pull request lacks the approval of somebody who answers for ${who}`;
const byBen = lacks("project ONE, wrote nothing of it and gains nothing by this change: ben");
const byOwners = lacks("the company, wrote nothing of it and gains nothing by this change: ana, ben");
const earlier = (line: string) => line.replace("the last", "an earlier");
const gains = "team hands gains deploy:prod on ONE/api";

const attacks: Readonly<Record<string, Attack>> = {
  "another Keycloak, which would say who answers for what": {
    proposals: () => [{ ...cemAlone, files: settings({ "keycloak.url": evilUrl() }) }],
    refused: [`keycloak.url changes from (server) to (server)${byOwners}`],
  },
  "another Bitbucket, which would say that everybody approved": {
    proposals: () => [{ ...cemAlone, files: settings({ "bitbucket.url": evilUrl() }) }],
    refused: [`bitbucket.url changes from (server) to (server)${byOwners}`],
  },
  "three changes that look harmless, the last of which makes him the approver of himself": {
    proposals: () => [
      { ...cemAlone, files: access(juniors) },
      { ...cemAlone, files: access(juniors, cemJoins) },
      { ...cemAlone, files: access(juniors, cemJoins, deployer) },
    ],
    refused: [earlier(`cem may approve for project ONE from now on${byBen}`), `${gains}${byBen}`],
  },
  "more on what steers everything, and then no word that it does": {
    proposals: () => [
      { ...cemAlone, files: access(administrator) },
      { ...cemAlone, files: access(administrator, ["control: [OPS/access]\n", ""]) },
    ],
    refused: [
      ...["administer", "merge", "read", "trigger"].map((can) =>
        earlier(`team guests gains ${can} on OPS/access${byOwners}`),
      ),
      `what steers everything changes from OPS/access to nothing${byOwners}`,
    ],
  },
  "a grave change, and then an approved one about the same right elsewhere as well": {
    proposals: () => [
      { ...cemAlone, files: access(deployer) },
      { by: "cem", approvers: ["ben"], files: access(deployer, deployer2, webDeploys) },
    ],
    refused: [earlier(`team hands gains deploy:prod on ONE/api, ONE/web${byBen}`)],
  },
  "a grave change in files that nobody can read, and an approved one that mends them": {
    proposals: () => [
      { ...cemAlone, files: access(deployer, ["company: Small", "company: [Small"]) },
      { by: "dan", approvers: ["ben"], files: access(deployer) },
    ],
    refused: [
      earlier(
        `${gains}${byBen}; the files of (commit) cannot be read, so each that led to (commit) counts; where its approval cannot be had any more, take it out by one pull request, and bring it in by another that is approved`,
      ),
    ],
  },
  "an approval and a push after it, and somebody who has it opened by another": {
    proposals: () => [
      { by: "cem", approvers: ["ben"], files: access(harmless), afterwards: access(harmless, deployer) },
      {
        by: "ben",
        opener: "cem",
        approvers: ["ben", "dan"],
        files: access(harmless, deployer, guestsToo, webDeploys),
      },
    ],
    refused: [
      `team guests gains deploy:prod on ONE/web${byBen}`,
      earlier(`${gains}${byBen}; ben approved before the last push`),
    ],
  },
  "an approver who gains by another part of the change": {
    proposals: () => [
      { by: "cem", approvers: ["ben"], files: access(deployer, deployer2, webDeploys, benJoins) },
    ],
    refused: [`team hands gains deploy:prod on ONE/api, ONE/web${byBen.replace("ben", "ana")}`],
  },
  "settings by which nothing ends any more, and a repository that leaves with its gates": {
    proposals: () => [
      { ...cemAlone, files: settings(longer, asOf) },
      { ...cemAlone, files: access(noApi, noGrantOn("api")) },
    ],
    refused: [
      `ONE/api, its gates changes from kept to nothing${byBen}`,
      ...[
        "asOf changes from nothing to 2026-06-01T00:00:00Z",
        "keycloak.people changes from declared to external",
        "lifetimes.session changes from 36000 to 72000",
        "rotation.credentials changes from 2592000 to 5184000",
      ].map((line) => earlier(`${line}${byOwners}`)),
    ],
  },
};

afterEach(async () => {
  await company.restore();
});

/** Each is merged one after the other, whatever anybody says. @returns the number of the last */
async function mergeAll(proposals: readonly Proposal[]): Promise<number> {
  let last = 0;
  for (const proposal of proposals) {
    last = await company.propose(proposal);
    await company.merge(last);
  }
  await company.pull();
  return last;
}

/** Refused by the rules that are named and no others, with nothing written, and nothing sent elsewhere. */
async function isRefused(refused: readonly string[], last: number, stack = "main"): Promise<void> {
  const { code, text } = await company.deploy(stack);
  expect([code, code === 3 ? "" : text]).toEqual([3, ""]);
  const [, said = ""] = text.split(/a second person has to approve of change .* first\n/);
  const reasons = said
    .replace(
      /pull request #(\d+)/g,
      (_, id) => `${Number(id) === last ? "the last" : "an earlier"} pull request`,
    )
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, "(server)")
    .replace(/\b[0-9a-f]{12}\b/g, "(commit)");
  expect(reasons.split("\n").flatMap((line) => (line.startsWith("  ") ? [line.trim()] : [])).sort()).toEqual(refused); // prettier-ignore
  expect([await company.writes(), stolen]).toEqual([0, []]);
}

test.each(Object.entries(attacks))("%s", async (_, { proposals, refused }) => {
  await isRefused(refused, await mergeAll(proposals()));
});

test("another branch, where everybody approves, and which main is led to afterwards", async () => {
  await company.push("release", {}, "cem");
  const last = await company.propose({
    by: "cem",
    approvers: ["ana", "ben"],
    files: access(deployer),
    into: "release",
  });
  await company.merge(last);
  await company.lead("main", "release");
  await isRefused([`${gains}: the last pull request was merged into release, and not into main`], last);
});

test("an approved change that is merged by hand, with another one in the merge", async () => {
  const last = await company.propose({ by: "cem", approvers: ["ben"], files: access(harmless) });
  await company.mergeByHand(last, access(harmless, deployer));
  await isRefused([`${gains}: commit (commit) holds this, and what was approved of in the last pull request does not: merge the target branch into the source branch, and have that approved`], last); // prettier-ignore
});

test("the program, the pipelines, the policy pack and an exception, beside a harmless change", async () => {
  const files = {
    ...access(harmless),
    // It would say so the moment that it runs.
    "index.ts": `void fetch("${evilUrl()}/ran");\nexport {};\n`,
    "pipelines/bitbucket-pipelines.yml": "pipelines: {}\n",
    "policy/pack.ts": "export {};\n",
    "exceptions.yaml": `${exceptionsText}  - { rule: lifetimes, on: realm, owner: ana, reason: Later, until: ${later} }\n`,
  };
  const id = await company.propose({ ...cemAlone, files });
  const { code, text } = await company.small.run("pull-request", String(id), "--repository", "acme/access");
  expect([code, text]).toEqual([
    3,
    expect.stringContaining(`pull request ${id}: second person; its comment is made`),
  ]);
  const comment = await company.comment(id);
  expect(comment).toMatch(/a second person has to approve/);
  for (const named of ["index.ts", "pipelines/bitbucket-pipelines.yml", "policy/pack.ts", "lifetimes"])
    expect(comment).toContain(named);
  await company.merge(id);
  await company.pull();
  await isRefused([`exception from lifetimes for realm changes from nothing to until ${later}${byOwners}`, `the program changes: index.ts, pipelines/bitbucket-pipelines.yml, policy/pack.ts${byOwners}`], id); // prettier-ignore
});

const unknown = (why: string, by: string) =>
  `nobody knows what stack second holds: ${why}: the pull request that brought (commit) has to be approved by two whom ${by} names as its owners, and who wrote nothing of it; what is merged has to be just what they approved of: ana@small.example, ben@small.example`;

test.each([
  ["the same realm", ""],
  ["another realm", "-elsewhere"],
])("a stack under another name, which is in %s", async (_, elsewhere) => {
  const { realm } = company.small.world;
  const text = withSettings(company.good[stackFile] ?? "", { "keycloak.realm": `${realm}${elsewhere}` });
  // It would say so the moment that it runs.
  const program = { "index.ts": `void fetch("${evilUrl()}/ran");\nexport {};\n` };
  const last = await mergeAll([
    {
      ...cemAlone,
      files: { ...access(deployer), ...program, "stacks/Pulumi.second.yaml": text, files: stackFile },
    },
  ]);
  expect((await company.small.run("pulumi", "stack", "select", "second", "--create")).code).toBe(0);
  const why = elsewhere
    ? unknown("stack main was brought up for workspace acme, and its file is gone", "stack main")
    : unknown(`realm ${realm} is there already, and this stack has not made it`, "the realm");
  await isRefused([why], last, "second");
});

test("plain pulumi up", async () => {
  await mergeAll([{ ...cemAlone, files: access(deployer) }]);
  const { code, text } = await company.small.run("pulumi", "up", "-s", "main", "--yes", "--skip-preview");
  expect([code === 0, text]).toEqual([false, expect.stringContaining(gains)]);
  expect(text).toContain('bring it up with "npm run deploy -- main"');
  expect(await company.writes()).toBe(0);
});

test("removals in slices, each of which would go", async () => {
  await mergeAll([{ ...cemAlone, files: access(noGrantOn("api")) }]);
  const first = await company.deploy();
  expect([first.code, first.code === 0 ? "" : first.text]).toEqual([0, ""]);
  await company.writes();
  const last = await mergeAll([
    { ...cemAlone, files: access(noGrantOn("api"), noGrantOn("web"), noGrantOn("docs")) },
  ]);
  await isRefused([`73 % of all rights are removed in a week, more than 25 %${byBen}`], last);
});

// Without what the last test took from everybody: whoever gets it back gains by the change, owners too.
test("the same with the word of those who answer for it goes through", async () => {
  await mergeAll([
    { by: "cem", approvers: ["ben"], files: access(deployer, noGrantOn("api")) },
    {
      by: "cem",
      approvers: ["ana"],
      files: {
        ...access(deployer, noGrantOn("api")),
        "index.ts": `${company.good["index.ts"] ?? ""}// reviewed\n`,
      },
    },
  ]);
  const { code, text } = await company.deploy();
  expect([code, text]).toEqual([
    0,
    expect.stringMatching(/approved by ben for project ONE.*approved by ana for the company/),
  ]);
});
