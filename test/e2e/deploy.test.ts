/**
 * `npm run preview` and `npm run deploy` as people and pipelines run them: processes with exit codes, on the real engine
 * and Keycloak and an emulated workspace whose pull requests count.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { administratorScopes, developerScopes } from "../../emulator/acme";
import { administrator, World, type Outcome } from "./world";
import { Checkout } from "./world/checkout";
import { sharedWorld } from "./world/shared";

jest.setTimeout(400_000);

const team = ["ana", "ben", "cem"] as const;
const email = (name: string) => `${name}@small.example`;
const token = (name: string) => `token of ${name}, long enough`;

const companyText = `company: Small
owners: [ana, ben]
environments:
  dev: { type: test }
  prod: { type: production, restricted: true }
people:
${team.map((name) => `  ${name}: { name: ${name}, email: ${email(name)} }`).join("\n")}
teams:
  leads: { owner: ana, members: [ben] }
  hands: { owner: ana, members: [cem] }
projects:
  ONE:
    name: First
    owner: leads
    protected: { main: { approvals: 1 } }
    repositories:
      api: { deploys: [prod] }
grants:
  - { team: leads, can: [merge], on: ONE }
`;
const more = (line: string) => `${companyText}  - { ${line} }\n`;
const reader = more("team: hands, can: [read], on: ONE");
const writer = more("team: hands, can: [trigger], on: ONE");
const deployer = more("team: hands, can: [deploy:prod], on: ONE/api");

/** What is looked at of what the commands print. */
interface Printed {
  readonly verdict: string;
  readonly violations: readonly { readonly found: string }[];
  readonly drift: { readonly found: readonly { readonly name: string; readonly what: readonly string[] }[] };
  readonly requests: { readonly reads: number; readonly writes: number };
}

let world: World;
let checkout: Checkout;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  world = await World.start({
    access: companyText,
    seed: (administratorToken) => ({
      workspace: { slug: "acme", plan: "premium" },
      accounts: [
        {
          name: "Administrator",
          email: administrator,
          tokens: [{ token: administratorToken, scopes: [...administratorScopes] }],
        },
        ...team.map((name) => ({
          name,
          email: email(name),
          tokens: [{ token: token(name), scopes: [...developerScopes] }],
        })),
      ],
      administrators: [administrator],
      projects: [
        { key: "ONE", name: "First" },
        { key: "OPS", name: "Operations" },
      ],
      repositories: [
        { slug: "api", project: "ONE" },
        {
          slug: "access",
          project: "OPS",
          grants: { users: Object.fromEntries(team.map((name) => [email(name), "write" as const])) },
        },
      ],
    }),
  });
  checkout = await Checkout.make();
  const stacks = join(checkout.folder, "stacks");
  rmSync(stacks, { recursive: true });
  mkdirSync(stacks);
  cpSync(join(world.folder, "stacks/Pulumi.local.yaml"), join(stacks, "Pulumi.main.yaml"));
  const { keycloak } = sharedWorld();
  mkdirSync(join(checkout.folder, "state"));
  env = {
    PULUMI_BACKEND_URL: `file://${join(checkout.folder, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "local",
    KEYCLOAK_URL: keycloak.url,
    KEYCLOAK_CLIENT_ID: "admin-cli",
    KEYCLOAK_USER: keycloak.user,
    KEYCLOAK_PASSWORD: keycloak.password,
    BITBUCKET_EMAIL: administrator,
    BITBUCKET_API_TOKEN: world.administratorToken,
  };
  declare(companyText);
  expect((await run("pulumi", "stack", "init", "main")).code).toBe(0);
});

afterAll(async () => {
  await checkout.remove();
  await world.stop();
});

function declare(text: string): void {
  writeFileSync(join(checkout.folder, "access.yaml"), text);
}

const run = (...args: string[]): Promise<Outcome> => checkout.run(args, env);
const deploy = (...args: string[]) => run("deploy", "main", ...args);
const json = ({ stdout }: Outcome) => JSON.parse(stdout.slice(stdout.indexOf("{"))) as Printed;
const written = (file: string) => readFileSync(join(checkout.folder, file), "utf8");

const requests = () => world.emulator.log.since().map(({ method }) => method);
const writes = () => requests().filter((method) => method !== "GET");
const adminEvents = async () => {
  const { json: events } = await world.keycloak("GET", `/${world.realm}/admin-events?max=1000`);
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
    declare(more("team: hnads, can: [read], on: ONE"));
    const outcome = await run("preview", "main", "--json", "--markdown", "comment.md");
    expect(outcome.code).toBe(1);
    const { verdict, violations } = json(outcome);
    expect([verdict, violations.map(({ found }) => found)]).toEqual(["error", ['"hnads"']]);
    expect(written("comment.md")).toMatch(
      /^\*\*main: 1 mistake; nothing can be previewed\*\*\n\n- `access.yaml:/,
    );
  });

  test("a preview tells what was changed by hand where the change is made, reads only that, and writes nothing", async () => {
    declare(reader);
    const path = "/2.0/workspaces/acme/projects/ONE/permissions-config";
    await world.bitbucket("PUT", `${path}/groups/hands`, { permission: "admin" });
    const events = await adminEvents();
    world.emulator.log.clear();

    const outcome = await run("preview", "main", "--json");

    expect(outcome.code).toBe(2);
    const { drift } = json(outcome);
    expect(drift.found.map(({ name, what }) => [name, what])).toEqual([
      ["ONE", ['holders: added {"group":"hands","permission":"admin"}']],
    ]);
    expect(requests()).toEqual(["GET", "GET"]);
    expect(await adminEvents()).toBe(events);
  });

  test("a change by hand after the preview, and a run in between, are each refused before the first write", async () => {
    expect((await run("preview", "main", "--record", "preview.json")).code).toBe(2);
    await world.bitbucket("PUT", "/2.0/repositories/acme/api/permissions-config/groups/hands", {
      permission: "admin",
    });
    const events = await adminEvents();
    world.emulator.log.clear();
    const byHand = await deploy("--record", "preview.json");
    expect([byHand.code, byHand.text]).toEqual([4, expect.stringContaining("was changed by hand")]);
    expect([writes(), await adminEvents()]).toEqual([[], events]);

    await world.bitbucket("DELETE", "/2.0/repositories/acme/api/permissions-config/groups/hands");
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
    const at = world.emulator.log.since().at(-1)?.id ?? 0;
    const deployed = await deploy("--record", "preview.json");
    expect([deployed.code, deployed.text]).toEqual([0, expect.stringMatching(/\ndeployed: /)]);
    const log = world.emulator.log.since(at);
    expect(log.filter(({ method }) => method !== "GET")).toHaveLength(foretold.writes);
    expect(Math.abs(log.length - foretold.reads - foretold.writes)).toBeLessThanOrEqual(3);
  });
});

describe("a second person", () => {
  const access = "/2.0/repositories/acme/access";
  const as = (name: string) => ({ email: email(name), token: token(name) });
  const ways = ["--yes", "--repository", "acme/access"];

  /** Somebody's pull request with this text, approved by some, and merged. @returns the merge commit */
  async function merged(author: string, approvers: readonly string[], text: string): Promise<string> {
    const branch = `change-${Math.random().toString(36).slice(2)}`;
    const form = new FormData();
    form.set("branch", branch);
    form.set("access.yaml", text);
    form.set("stacks/Pulumi.main.yaml", written("stacks/Pulumi.main.yaml"));
    expect((await world.send("POST", `${access}/src`, form, as(author))).status).toBe(201);
    const asked = { title: branch, source: { branch: { name: branch } } };
    const { json: made } = await world.bitbucket("POST", `${access}/pullrequests`, asked, as(author));
    const at = `${access}/pullrequests/${(made as { id: number }).id}`;
    for (const name of approvers) {
      expect((await world.bitbucket("POST", `${at}/approve`, undefined, as(name))).status).toBe(200);
    }
    const { json: done } = await world.bitbucket("POST", `${at}/merge`);
    declare(text);
    return (done as { merge_commit: { hash: string } }).merge_commit.hash;
  }

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
