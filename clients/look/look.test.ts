/** What was read against what is declared: every refusal, by the lines that people read. */
import { problemAt, readAccess, renderProblem, type Settings } from "../../access";
import { Positions } from "../../access/file/positions";
import { changed, companyText, settingsFor } from "../../access/testing/company";
import { evaluate, takeLook } from "./look";
import type { Seen, SeenEnvironment } from "./workspace";

const cem = "{00000000-0000-0000-0000-00000000000c}";
const bot = "{00000000-0000-0000-0000-0000000000b0}";
const asOf = new Date("2026-06-15T12:00:00Z");

/** Cem alone may merge; the agent may read. */
const company = (...changes: readonly (readonly [string, string])[]) =>
  changed(
    ["grants:\n", "grants:\n  - { person: cem, can: [merge], on: ONE/api, reason: R, until: 2026-09-01 }\n  - { agent: bot, can: [read], on: ONE/web, reason: R, until: 2026-09-01 }\n"], // prettier-ignore
    ...changes,
  );

const environment = (name: string, type: SeenEnvironment["type"], adminOnly: boolean) => [
  { name, type, adminOnly },
];
/** A workspace in which nothing is refused. */
const well: Seen = {
  members: new Map([
    [cem, false],
    [bot, false],
    ["{owner}", true],
  ]),
  projects: new Set(["ONE", "TWO"]),
  repositories: new Map([
    ["api", { project: "ONE", mainBranch: "main" }],
    ["web", { project: "ONE", mainBranch: "main" }],
    ["docs", { project: "TWO" }],
    ["runner", { project: "TWO", mainBranch: "main" }],
  ]),
  elsewhere: new Map(),
  environments: new Map(),
  unread: [],
};

const unread: Seen = {
  elsewhere: new Map(),
  environments: new Map(),
  unread: [{ part: "members", why: "anything" }],
};

interface Case {
  /** Default: all is well. */
  readonly instead?: Seen;
  /** What differs from that. */
  readonly seen: Partial<Seen>;
  readonly text?: string;
  readonly environment?: string;
  readonly settings?: (settings: Settings) => Settings;
  readonly found: readonly string[];
  readonly takenOver?: readonly string[];
}

const without = <V>(map: ReadonlyMap<string, V> | undefined, ...keys: string[]) =>
  new Map([...(map ?? [])].filter(([key]) => !keys.includes(key)));
const more = <V>(map: ReadonlyMap<string, V> | undefined, key: string, value: V) =>
  new Map([...(map ?? []), [key, value]]);
const withRunner = (settings: Settings): Settings => ({
  ...settings,
  rotation: { ...settings.rotation, runner: "runner" },
});
const onFree = (settings: Settings): Settings => ({
  ...settings,
  bitbucket: { ...settings.bitbucket, plan: "free" },
});
/** Without what the plan lacks. */
const plain = company([", restricted: true", ""], ["approvals: 1", "approvals: 1, enforced: false"]);
const people = (count: number) =>
  new Map([
    ...(well.members ?? []),
    ...Array.from({ length: count - 3 }, (_, i) => [`{${i}}`, false] as const),
  ]);

const cases: Readonly<Record<string, Case>> = {
  "all is well": { seen: {}, found: [] },
  "nothing was read": { instead: unread, seen: {}, settings: withRunner, found: [] },
  "an account that is no member": {
    seen: { members: without(well.members, cem, bot) },
    found: [
      `access.yaml:9:56  people.cem.account: found "${cem}", which is no member of workspace small: it has left, or its invitation waits (see line 33); invite it and wait until it has accepted, or take the grant out`,
      `access.yaml:18:31  agents.bot.account: found "${bot}", which is no member of workspace small: it has left, or its invitation waits (see line 34); invite it and wait until it has accepted, or take the grant out`,
    ],
  },
  "one that is given nothing": {
    text: companyText,
    seen: { members: new Map() },
    found: [],
  },
  "one whose grant has ended": {
    text: company(["until: 2026-09-01", "until: 2026-06-01"]),
    seen: { members: without(well.members, cem) },
    found: [],
  },
  "the workspace's owner": {
    seen: { members: more(well.members, cem, true) },
    found: [
      `access.yaml:9:56  people.cem.account: found "${cem}", which administers workspace small, and takes no permission of its own (see line 33); take the grant out: it may do everything there anyway`,
    ],
  },
  "as many as the plan takes": { text: plain, settings: onFree, seen: { members: people(5) }, found: [] },
  "one more than the plan takes": {
    text: plain,
    settings: onFree,
    seen: { members: people(6) },
    found: [
      'stack.yaml  bitbucket.plan: found the plan "free" and 6 members in workspace small, where all but administrators only read then; allowed: 5 members; remove members, or change the plan and the setting "bitbucket.plan"',
    ],
  },
  "as many on another plan": { seen: { members: people(6) }, found: [] },
  "a project that is not there": {
    seen: { projects: new Set(["ONE"]) },
    found: [
      "access.yaml:27:3  projects.TWO: found project TWO, which workspace small has not, or this account may not see; correct the key, or make the project in Bitbucket",
    ],
  },
  "a repository that is not there": {
    seen: { repositories: without(well.repositories, "web"), elsewhere: new Map([["web", undefined]]) },
    found: [
      "access.yaml:26:7  projects.ONE.repositories.web: found repository web, which workspace small has not, or this account may not see; correct the name, or make the repository in Bitbucket",
    ],
  },
  "one that was renamed": {
    seen: { repositories: without(well.repositories, "web"), elsewhere: new Map([["web", "small/web-2"]]) },
    found: [
      'access.yaml:26:7  projects.ONE.repositories.web: found repository web, which is called web-2 now; write "web-2"',
    ],
  },
  "one that was transferred": {
    seen: { repositories: without(well.repositories, "web"), elsewhere: new Map([["web", "other/web"]]) },
    found: [
      "access.yaml:26:7  projects.ONE.repositories.web: found repository web, which is other/web now, in another workspace; take it out, or transfer it back",
    ],
  },
  "one that the list lacks, and that is there": {
    seen: { repositories: without(well.repositories, "web"), elsewhere: new Map([["web", "small/web"]]) },
    found: [],
  },
  "one that nobody asked for": { seen: { repositories: without(well.repositories, "web") }, found: [] },
  "one under another project": {
    seen: { repositories: more(well.repositories, "web", { project: "TWO" }) },
    found: [
      "access.yaml:26:7  projects.ONE.repositories.web: found repository web in project ONE, which is in project TWO; declare it under TWO, or move it to ONE in Bitbucket",
    ],
  },
  "a runner whose main branch is another": {
    settings: withRunner,
    seen: { repositories: more(well.repositories, "runner", { mainBranch: "master" }) },
    found: [
      'stack.yaml  rotation.runner: found repository runner, whose main branch is "master"; allowed: a repository whose main branch is "main", which the schedules start; rename its main branch, or name another repository, or none',
    ],
  },
  "a runner without a branch": {
    settings: withRunner,
    seen: { repositories: more(well.repositories, "runner", {}) },
    found: [
      'stack.yaml  rotation.runner: found repository runner, which has no branch yet; allowed: a repository whose main branch is "main", which the schedules start; rename its main branch, or name another repository, or none',
    ],
  },
  "a runner that was renamed": {
    settings: withRunner,
    seen: {
      repositories: without(well.repositories, "runner"),
      elsewhere: new Map([["runner", "small/runs"]]),
    },
    found: ['stack.yaml  rotation.runner: found repository runner, which is called runs now; write "runs"'],
  },
  "an environment of the same type and gate, in another case": {
    seen: { environments: new Map([["api", environment("Dev", "Test", false)]]) },
    found: [],
    takenOver: ["environment Dev of repository api, as dev"],
  },
  "one of another name": {
    seen: { environments: new Map([["api", environment("Test", "Test", false)]]) },
    found: [],
  },
  "one of another type": {
    environment: "prod",
    seen: { environments: new Map([["api", environment("Prod", "Staging", true)]]) },
    found: [
      'access.yaml:25:29  projects.ONE.repositories.api.deploys[1]: found environment "Prod" of repository api, which is there already, of the type Staging; allowed: Production; declare its type, or remove it in Bitbucket: a type cannot change',
    ],
  },
  "one that everybody deploys to": {
    environment: "prod",
    seen: { environments: new Map([["api", environment("prod", "Production", false)]]) },
    found: [
      'access.yaml:25:29  projects.ONE.repositories.api.deploys[1]: found environment "prod" of repository api, which is there already, for everybody who writes; allowed: for administrators only; change it in Bitbucket, or declare "restricted: false"',
    ],
  },
};

function access(text: string, settings: Settings) {
  const read = readAccess(text, "access.yaml", settings, undefined, asOf);
  if (!read.ok) throw new Error(read.problems.map(renderProblem).join("\n"));
  return read;
}

test.each(Object.entries(cases))("%s", (_, each) => {
  const settings = (each.settings ?? ((same) => same))(settingsFor(each.environment ?? "dev"));
  const { model, positions } = access(each.text ?? company(), settings);
  const places = { access: positions, stack: new Positions("stack.yaml") };
  const { refusals, takenOver } = evaluate(
    { model, settings, asOf, resources: [] },
    { ...(each.instead ?? well), ...each.seen },
  );
  expect(refusals.map((one) => renderProblem(problemAt(one, places[one.in])))).toEqual(each.found);
  expect(takenOver).toEqual(each.takenOver ?? []);
});

const uuids = { api: "{1}", web: "{2}", ONE: "{3}" };
const identity = (name: "api" | "web" | "ONE", before: string = name) =>
  name === "ONE"
    ? { type: "bitbucket:index:ProjectIdentity", inputs: { project: before }, outputs: { uuid: uuids[name] } }
    : { type: "bitbucket:index:RepositoryIdentity", inputs: { repository: before }, outputs: { uuid: uuids[name] } }; // prettier-ignore
const renamedTo = (slug: string) =>
  new Map([...(well.repositories ?? [])].map(([name, one]) => (name === "web" ? [slug, { ...one, uuid: uuids.web }] : [name, one]))); // prettier-ignore

test.each<[string, { seen: Partial<Seen>; text?: string; has?: string; found: string[] }]>([
  ["a repository that is the one it was", { seen: { repositories: renamedTo("web") }, found: [] }],
  [
    "one under another name",
    {
      seen: { repositories: renamedTo("shop"), elsewhere: new Map([["web", "small/shop"]]) },
      found: [
        'access.yaml:26:7  projects.ONE.repositories.web: found repository web, which is called shop now; call it "shop" here, with "previously: web"',
      ],
    },
  ],
  [
    "one under another name, where another one has its name",
    {
      seen: { repositories: more(renamedTo("shop"), "web", { uuid: "{9}", project: "ONE" }) },
      found: [
        'access.yaml:26:7  projects.ONE.repositories.web: found repository web, which is called shop now, while another repository has that name; call it "shop" here, with "previously: web"',
      ],
    },
  ],
  [
    "one that was made anew",
    {
      seen: { repositories: more(well.repositories, "web", { uuid: "{9}", project: "ONE" }) },
      found: [
        "access.yaml:26:7  projects.ONE.repositories.web: found repository web, which is another one than the stack has: that is gone, and one was made anew under its name; take it out and bring that up, then declare it again: only so does the new one get rights, variables and a pipeline's sign-in",
      ],
    },
  ],
  [
    "one that is declared by its new name",
    { seen: { repositories: renamedTo("web") }, has: "shop", text: company(["      web: {", "      web: { previously: shop,"]), found: [] }, // prettier-ignore
  ],
])("of what the stack has: %s", (_, { seen, text = company(), has = "web", found }) => {
  const settings = settingsFor("dev");
  const { model, positions } = access(text, settings);
  const places = { access: positions, stack: new Positions("stack.yaml") };
  const { refusals } = evaluate(
    { model, settings, asOf, resources: [identity("web", has), identity("ONE")] },
    { ...well, projectKeys: new Map([[uuids.ONE, "ONE"]]), ...seen },
  );
  expect(refusals.map((one) => renderProblem(problemAt(one, places[one.in])))).toEqual(found);
});

test("a project whose key has changed is said by both", () => {
  const settings = settingsFor("dev");
  const { model, positions } = access(company(), settings);
  const places = { access: positions, stack: new Positions("stack.yaml") };
  const { refusals } = evaluate(
    { model, settings, asOf, resources: [identity("ONE")] },
    { ...well, projects: new Set(["FIRST", "TWO"]), projectKeys: new Map([[uuids.ONE, "FIRST"]]) },
  );
  const said = refusals.map((one) => renderProblem(problemAt(one, places[one.in])));
  expect(said[0]).toMatch(
    /found project ONE, whose key is FIRST now; call it "FIRST" here, with "previously: ONE"$/,
  );
});

test("an environment that the stack has is the stack's, whatever it is like", () => {
  const settings = settingsFor("dev");
  const { model } = access(company(), settings);
  const resources = [{ type: "bitbucket:index:Deployment", inputs: { repository: "api", name: "dev" } }];
  const seen = { ...well, environments: new Map([["api", environment("Dev", "Staging", true)]]) };
  expect(evaluate({ model, settings, asOf, resources }, seen)).toEqual({ refusals: [], takenOver: [] });
});

test("without credentials nothing is asked, which is said", async () => {
  const settings = settingsFor("dev");
  const { model, positions } = access(company(), settings);
  const places = { access: positions, stack: positions };
  expect(await takeLook({ model, settings, asOf, resources: [] }, places, {}, 1)).toEqual({
    problems: [],
    takenOver: [],
    owned: [],
    found: [],
    unread: ["anything in the workspace: neither BITBUCKET_EMAIL nor BITBUCKET_API_TOKEN is set"],
    requests: 0,
  });
});
