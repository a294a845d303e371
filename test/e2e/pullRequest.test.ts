/**
 * What a pull request is told about itself: the runner repository's pipelines, run as Bitbucket runs them, over pull
 * requests of every kind, one of them hostile. Real engine, real Keycloak, real Git, emulated workspace.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import MarkdownIt from "markdown-it";
import { root } from "../../toolchain/places";
import { Attacker } from "./pullRequest/attack";
import { PullRequestCompany, type PipelineRun } from "./pullRequest/company";

jest.setTimeout(900_000);

let company: PullRequestCompany;
let attacker: Attacker;
let data: Record<string, string>;
let first: PipelineRun;
const ids: Record<string, number> = {};

/** `access.yaml` with one text for another, each of which has to be there. */
const changed = (...pairs: readonly (readonly [from: string, to: string])[]) => {
  let text = data["access.yaml"] ?? "";
  for (const [from, to] of pairs) {
    if (!text.includes(from)) throw new Error(`access.yaml has no ${from}`);
    text = text.replace(from, to);
  }
  return { "access.yaml": text };
};
const comment = async (branch: string) => {
  const all = await company.comments(ids[branch] ?? 0);
  expect(all).toHaveLength(1);
  return all[0]?.content.raw ?? "";
};
/** Without what differs from run to run. */
const steady = (text: string) =>
  text
    .replace(/\b[0-9a-f]{12}([0-9a-f]{28})?\b/g, "(hash)")
    .replace(/127\.0\.0\.1:\d+/g, "(server)")
    .replace(/results\/\d+/, "results/(number)")
    .replace(/about \d+ requests/g, "about (number) requests");

beforeAll(async () => {
  [company, attacker] = await Promise.all([PullRequestCompany.start(), Attacker.start()]);
  data = company.data();
  const merge = "  - { team: support, can: [merge], on: PAY/api, reason: Covers for payments in August }\n";
  ids.rights = await company.propose(
    "rights",
    changed(["  - { team: support", `${merge}  - { team: support`]),
  );
  ids.leaver = await company.propose(
    "leaver",
    changed(
      ["  dora: { name: Dora Lind, email: dora@acme.example }\n", ""],
      ["members: [chen, dora]", "members: [chen]"],
      ["members: [emil, dora]", "members: [emil]"],
    ),
  );
  ids.lockout = await company.propose("lockout", changed(["owners: [ana, ben]", "owners: []"]));
  ids.mistake = await company.propose("mistake", changed(["team: payments, can", "team: paymints, can"]));
  ids.attack = await company.propose("attack", attacker.files(data));
  const dev = "stacks/Pulumi.dev.yaml";
  ids.exception = await company.propose("exception", {
    [dev]: (data[dev] ?? "").replace("accessToken: 5 minutes", "accessToken: 20 minutes"),
    "exceptions.yaml":
      'exceptions:\n  - { rule: lifetimes, on: realm, owner: ana, reason: "A *slow* client", until: 2027-01-31 }\n',
  });
  company.emulator.log.clear();
  const events = await company.adminEvents();
  first = await company.run("pull-requests");
  // A preview writes nothing to Keycloak, and to Bitbucket nothing but what it has to say.
  expect(await company.adminEvents()).toBe(events);
});

afterAll(async () => {
  await attacker.stop();
  await company.stop();
});

test("the pipeline fails where a pull request has mistakes, and writes nothing but comments and reports", () => {
  expect(first.log).toContain("pull request 1: changes; its comment is made");
  expect(first.result).toBe("FAILED");
  const writes = company.emulator.log
    .since()
    .filter(({ method, family }) => method !== "GET" && family !== "pipelines")
    .map(
      ({ method, path }) =>
        `${method} ${path.replace(/[0-9a-f]{40}/, "COMMIT").replace(/requests\/\d/, "requests/N")}`,
    );
  const counts = new Map<string, number>();
  for (const write of writes) counts.set(write, (counts.get(write) ?? 0) + 1);
  const identity = "/2.0/repositories/acme/identity";
  expect(Object.fromEntries(counts)).toEqual({
    [`DELETE ${identity}/commit/COMMIT/reports/access-preview`]: 6,
    [`PUT ${identity}/commit/COMMIT/reports/access-preview`]: 6,
    [`POST ${identity}/commit/COMMIT/reports/access-preview/annotations`]: expect.any(Number) as number,
    [`POST ${identity}/pullrequests/N/comments`]: 6,
  });
});

test.each(["rights", "leaver", "lockout", "mistake", "exception"])(
  "the comment on the pull request %s",
  async (branch) => {
    expect(steady(await comment(branch))).toMatchSnapshot();
  },
);

test("reports say the verdict, and mistakes stand at their lines", async () => {
  const results = await Promise.all(
    ["rights", "leaver", "lockout", "mistake", "exception"].map(async (branch) => {
      const [report, ...others] = await company.reports(branch);
      expect(others).toEqual([]);
      return `${branch}: ${report?.result ?? "none"}`;
    }),
  );
  expect(results).toEqual([
    "rights: PASSED",
    "leaver: PASSED",
    "lockout: FAILED",
    "mistake: FAILED",
    "exception: PENDING",
  ]);
  const line =
    (data["access.yaml"] ?? "").split("\n").findIndex((text) => text.includes("team: payments, can")) + 1;
  const [report] = await company.reports("mistake");
  expect(report?.annotations).toContainEqual(
    expect.objectContaining({
      path: "access.yaml",
      line,
      severity: "HIGH",
      summary: expect.stringContaining('found "paymints"') as string,
    }),
  );
});

test("a hostile pull request is previewed, runs nothing, reaches nobody and finds no credential", async () => {
  expect(attacker.received).toEqual([]);
  const text = await comment("attack");
  const [report] = await company.reports("attack");
  const seen = [first.log, text, JSON.stringify(report), JSON.stringify(company.emulator.log.since())].join(
    "\n",
  );
  expect(company.canaries.filter((canary) => seen.includes(canary))).toEqual([]);

  // Its program is not run, and somebody else has to look at it.
  expect(report?.result).toBe("PENDING");
  expect(text).toContain("NOT PREVIEWED: stacks/Pulumi.evil.yaml: nothing → a new stack");
  expect(steady(text)).toMatchSnapshot();
  const html = new MarkdownIt({ linkify: true }).render(text);
  expect(html).not.toMatch(/<(img|h\d|script)/);
  const links = [...html.matchAll(/<a href="([^"]*)"/g)].map(([, link]) => link?.replace(/\d+$/, "N"));
  expect(links).toEqual(["https://bitbucket.org/acme/runner/pipelines/results/N"]);

  // And it would have, had anything of it been run.
  await attacker.provesItself();
  expect(attacker.received.filter((all) => all.includes("CANARY"))).toHaveLength(2);
});

test("one comment is kept up to date: unchanged where nothing has, changed where something has", async () => {
  const PULL_REQUEST = String(ids.mistake);
  const [before] = await company.comments(ids.mistake ?? 0);
  const again = await company.run("pull-request", { PULL_REQUEST });
  expect(again.log).toContain("its comment is unchanged");
  expect(await company.comments(ids.mistake ?? 0)).toEqual([before]);

  // From here on by webhook: what a push to its branch makes Bitbucket send reaches the runner repository.
  const secret = "the-webhook-signs-with-this";
  const relay = spawn(process.execPath, [join(root, "pipelines/relay.mjs")], {
    env: { ...process.env, ...company.relay(secret) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve) => {
    relay.stdout.on("data", (text: Buffer) => {
      const [, found] = /port (\d+)/.exec(text.toString()) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  await company.webhook(`http://127.0.0.1:${port}/`, secret);
  const count = await company.runs();
  await company.push("mistake", { "access.yaml": data["access.yaml"] ?? "", "README.md": "Mended\n" });
  const mended = await company.runAfter(count);
  relay.kill();
  expect(mended.result).toBe("SUCCESSFUL");
  const [after, ...others] = await company.comments(ids.mistake ?? 0);
  expect([after?.id, others]).toEqual([before?.id, []]);
  expect(steady(after?.content.raw ?? "")).toMatchSnapshot();
});
