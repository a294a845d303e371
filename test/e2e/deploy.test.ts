/**
 * `npm run preview` and `npm run deploy` as people and pipelines run them: processes with exit codes, on the real engine
 * and Keycloak and an emulated workspace whose pull requests count.
 */
import type { Outcome } from "./world";
import { SmallCompany, withGrant } from "./world/smallCompany";

jest.setTimeout(400_000);

const reader = withGrant("team: hands, can: [read], on: ONE");
const writer = withGrant("team: hands, can: [trigger], on: ONE");
const deployer = withGrant("team: hands, can: [deploy:prod], on: ONE/api");

/** What is looked at of what the commands print. */
interface Printed {
  readonly verdict: string;
  readonly violations: readonly { readonly found: string }[];
  readonly drift: { readonly found: readonly { readonly name: string; readonly what: readonly string[] }[] };
  readonly requests: { readonly reads: number; readonly writes: number };
}

let company: SmallCompany;

beforeAll(async () => {
  company = await SmallCompany.start();
});

afterAll(async () => {
  await company.stop();
});

const declare = (text: string) => {
  company.declare(text);
};
const run = (...args: string[]) => company.run(...args);
const merged: SmallCompany["merged"] = (...change) => company.merged(...change);
const deploy = (...args: string[]) => run("deploy", "main", ...args);
const json = ({ stdout }: Outcome) => JSON.parse(stdout.slice(stdout.indexOf("{"))) as Printed;
const written = (file: string) => company.written(file);

const requests = () => company.world.emulator.log.since().map(({ method }) => method);
const writes = () => requests().filter((method) => method !== "GET");
const adminEvents = async () => {
  const { json: events } = await company.world.keycloak(
    "GET",
    `/${company.world.realm}/admin-events?max=1000`,
  );
  return (events as unknown[]).length;
};

describe("what is deployed is what was previewed", () => {
  test("nobody there to say yes: nothing happens; with --yes a stack is brought up, and then there is nothing to do", async () => {
    const alone = await deploy();
    expect([alone.code, alone.text]).toEqual([1, expect.stringContaining("add --yes")]);
    const first = await deploy("--yes");
    expect([first.code, first.text]).toEqual([0, expect.stringMatching(/\ndeployed: \d+ created/)]);
    expect((await run("preview", "main")).code).toBe(0);
    const again = await deploy("--yes");
    expect([again.code, again.text]).toEqual([0, expect.stringMatching(/nothing to deploy\n$/)]);
  });

  test("a preview ends with 1 and the mistakes, in text, JSON and markdown", async () => {
    declare(withGrant("team: hnads, can: [read], on: ONE"));
    const outcome = await run("preview", "main", "--json", "--markdown", "comment.md");
    expect(outcome.code).toBe(1);
    const { verdict, violations } = json(outcome);
    expect([verdict, violations.map(({ found }) => found)]).toEqual(["error", ['"hnads"']]);
    expect(written("comment.md")).toMatch(
      /^\*\*main: 1 mistake; nothing can be compared\*\*\n\n- `access.yaml:/,
    );
  });

  test("a preview tells what was changed by hand where the change is made, reads only that, and writes nothing", async () => {
    declare(reader);
    const path = "/2.0/workspaces/acme/projects/ONE/permissions-config";
    await company.world.bitbucket("PUT", `${path}/groups/hands`, { permission: "admin" });
    const events = await adminEvents();
    company.world.emulator.log.clear();

    const outcome = await run("preview", "main", "--json");

    expect(outcome.code).toBe(2);
    const { drift } = json(outcome);
    expect(drift.found.map(({ name, what }) => [name, what])).toEqual([
      ["ONE", ['holders: added {"group":"hands","permission":"admin"}']],
    ]);
    // Members, projects and repositories besides, for what Bitbucket would refuse.
    expect(requests()).toEqual(Array.from({ length: 2 + 3 }, () => "GET"));
    expect(await adminEvents()).toBe(events);

    // A refresh writes it into the state: it is by hand nevertheless.
    expect((await run("pulumi", "refresh", "-s", "main", "--yes")).code).toBe(0);
    expect(json(await run("preview", "main", "--json")).drift.found).toEqual(drift.found);
  });

  test("a change by hand after the preview, and a run in between, are each refused before the first write", async () => {
    expect((await run("preview", "main", "--record", "preview.json")).code).toBe(2);
    await company.world.bitbucket("PUT", "/2.0/repositories/acme/api/permissions-config/groups/hands", {
      permission: "admin",
    });
    const events = await adminEvents();
    company.world.emulator.log.clear();
    const byHand = await deploy("--record", "preview.json");
    expect([byHand.code, byHand.text]).toEqual([4, expect.stringContaining("was changed by hand")]);
    expect([writes(), await adminEvents()]).toEqual([[], events]);

    await company.world.bitbucket("DELETE", "/2.0/repositories/acme/api/permissions-config/groups/hands");
    const { code, text } = await run("pulumi", "up", "--refresh", "-s", "main", "--yes", "--skip-preview");
    expect([code, code === 0 ? "" : text]).toEqual([0, ""]);
    declare(writer);
    const inBetween = await deploy("--record", "preview.json");
    expect([inBetween.code, inBetween.text]).toEqual([
      4,
      expect.stringContaining("somebody has run the engine on this stack"),
    ]);
  });

  test("a recorded preview that still holds goes through, and takes about as many requests as were foretold", async () => {
    const outcome = await run("preview", "main", "--record", "preview.json", "--json");
    const { requests: foretold } = json(outcome);
    const at = company.world.emulator.log.since().at(-1)?.id ?? 0;
    const deployed = await deploy("--record", "preview.json");
    expect([deployed.code, deployed.text]).toEqual([0, expect.stringMatching(/\ndeployed: /)]);
    const log = company.world.emulator.log.since(at);
    expect(log.filter(({ method }) => method !== "GET")).toHaveLength(foretold.writes);
    expect(Math.abs(log.length - foretold.reads - foretold.writes)).toBeLessThanOrEqual(3);
  });

  test("what has ended since the preview is given to nobody, nor what was previewed at a moment that is still to come", async () => {
    const ends = "until: 2026-12-24 18:00 Europe/Berlin, reason: Until the holidays";
    declare(`${writer}  - { team: hands, can: [merge], on: ONE/api, ${ends} }\n`);
    const at = (moment: string) => company.runWith({ BITBUCKET_KEYCLOAK_AS_OF: moment }, "deploy", "main", "--record", "preview.json"); // prettier-ignore
    const asOf = { BITBUCKET_KEYCLOAK_AS_OF: "2026-12-24T16:30:00Z" };
    const previewed = await company.runWith(asOf, "preview", "main", "--record", "preview.json");
    expect([previewed.code, previewed.text]).toEqual([2, expect.stringContaining("merge on ONE/api")]);
    company.world.emulator.log.clear();
    for (const [moment, why] of [
      ["2026-12-24T17:00:00Z", "team hands: merge on ONE/api ended at 2026-12-24T17:00Z, after the preview"],
      ["2026-12-24T16:24:00Z", "by the clock of this machine it is 2026-12-24T16:24:00.000Z"],
    ] as const) {
      const { code, text } = await at(moment);
      expect([code, text]).toEqual([4, expect.stringContaining(why)]);
    }
    expect(writes()).toEqual([]);
    declare(writer);
  });
});

describe("a second person", () => {
  const ways = ["--yes", "--repository", "acme/access"];

  test("without one, or with the author's and a beneficiary's alone, it is refused; with the owner's it goes", async () => {
    await merged("ana", [], writer);
    const bare = declareAnd(deployer, () => deploy("--yes"));
    expect([(await bare).code, (await bare).text]).toEqual([3, expect.stringContaining("--approve")]);

    // By the owner himself, who approves of it, as does the beneficiary.
    const own = await merged("ben", ["ben", "cem"], deployer);
    const refused = await deploy(...ways, "--commit", own);
    expect([refused.code, refused.text]).toEqual([
      3,
      expect.stringMatching(
        /pull request #2 lacks the approval of somebody who answers for project ONE.*: ben\n/,
      ),
    ]);

    await merged("ana", [], writer);
    const good = await merged("cem", ["ben"], deployer);
    const deployed = await deploy(...ways, "--commit", good);
    expect([deployed.code, deployed.text]).toEqual([
      0,
      expect.stringContaining("approval: acme/access: pull request #4 approved by ben for project ONE"),
    ]);
    const history = await run("pulumi", "stack", "history", "-s", "main");
    expect(history.text).toContain("pull request #4 approved by ben for project ONE");
  });

  test("where there is no Bitbucket to ask, the number of just this change stands for one person's word", async () => {
    declare(deployer.replace("owners: [ana, ben]", "owners: [ana, cem]"));
    const previewed = await run("preview", "main");
    expect(previewed.code).toBe(3);
    const number = /number of this change to stack main: (\d+)/.exec(previewed.text)?.[1] ?? "";
    const other = await deploy("--approve", "123456789012");
    expect([other.code, other.text]).toEqual([3, expect.stringContaining(`this change is ${number}`)]);
    const deployed = await deploy("--approve", number);
    expect([deployed.code, deployed.text]).toEqual([0, expect.stringContaining("approval: one person")]);
  });
});

function declareAnd<T>(text: string, act: () => Promise<T>): Promise<T> {
  declare(text);
  return act();
}
