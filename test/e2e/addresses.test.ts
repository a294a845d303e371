/**
 * Addresses are pinned: whoever merges another one into a stack file is sent nothing, by any command and by plain Pulumi.
 * The server at the new address writes down every request that reaches it.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { commands } from "../../commands/all";
import { withSettings } from "./world";
import { Proxy } from "./world/proxy";
import { sharedWorld } from "./world/shared";
import { SmallCompany, companyText } from "./world/smallCompany";

jest.setTimeout(400_000);

let company: SmallCompany;
let evil: Server;
let stolen: string[];
let file: string;
let good: string;
let doors: Proxy[] = [];

beforeAll(async () => {
  evil = createServer((request, response) => {
    stolen.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(evil, "listening");
  company = await SmallCompany.start();
  file = join(company.checkout.folder, "stacks/Pulumi.main.yaml");
  good = company.written("stacks/Pulumi.main.yaml");
  const { code, text } = await company.run("deploy", "main", "--yes");
  if (code !== 0) throw new Error(text);
});

beforeEach(() => {
  stolen = [];
});

afterEach(() => {
  writeFileSync(file, good);
});

afterAll(async () => {
  evil.close();
  for (const door of doors) door.close();
  await company.stop();
});

const evilUrl = () => `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
const move = (settings: Readonly<Record<string, string>>) => {
  writeFileSync(file, withSettings(good, settings));
};

describe("plain Pulumi", () => {
  test.each(["keycloak.url", "bitbucket.url"])("sends nothing to another %s", async (setting) => {
    move({ [setting]: evilUrl() });
    for (const words of [["preview"], ["up", "--yes", "--skip-preview"], ["up", "--yes", "--refresh"]]) {
      const { code, text } = await company.run("pulumi", ...words, "--stack", "main");
      expect([code, text]).not.toEqual([0, expect.anything()]);
      expect(text).toContain(`${setting}: found "${evilUrl()}"; allowed: "`);
    }
    expect(stolen).toEqual([]);
  });
});

/** What a command wants besides, to go as far as it can. */
const more: Readonly<Record<string, readonly string[]>> = {
  deploy: ["--yes", "--repository", "acme/access"],
  offboard: ["--repository", "acme/access"],
  "pull-request": ["--repository", "acme/access"],
  request: ["--for", "cem", "--can", "read", "--on", "ONE/api", "--reason", "any", "--until", "2099-12-31", "--repository", "acme/access"], // prettier-ignore
  sync: ["--apply"],
  why: ["ONE/api", "--live"],
};
/** Every command and subcommand with the words that make it one about the stack `main`; undefined: it is about none. */
const lines = commands.flatMap((command) =>
  [command, ...(command.subcommands ?? [])].map((one): [string, readonly string[] | undefined] => {
    const words = one === command ? [one.name] : [command.name, one.name];
    const [shape = ""] = one.argument ?? [];
    const flag = Object.keys(one.flags ?? {}).some((name) => name.startsWith("--stack "));
    const given = shape === "<stack>" ? ["main"] : shape.startsWith("<") ? ["ana"] : [];
    const about = shape === "<stack>" ? given : flag ? [...given, "--stack", "main"] : undefined;
    return [words.join(" "), about && [...words, ...about, ...(more[words.join(" ")] ?? [])]];
  }),
);
/** About no stack, or about `local` alone; `pulumi` is above. */
const others = [
  ["local", "local up", "local stop", "local status", "local reset", "tour"],
  [
    "adopt",
    "pulumi",
    "evidence check",
    "review",
    "audit check",
    "extension",
    "setup",
    "setup remove",
    "test",
    "bench",
  ],
];

test("every command is here", () => {
  const about = lines.filter(([, words]) => words === undefined).map(([name]) => name);
  expect(about.sort()).toEqual(others.flat().sort());
});

describe.each(lines.flatMap(([, words]) => (words ? [[words.join(" "), words] as const] : [])))(
  "npm run %s",
  (_, words) => {
    test("sends nothing to another Keycloak and another Bitbucket", async () => {
      move({ "keycloak.url": evilUrl(), "bitbucket.url": evilUrl() });
      const asked = company.world.emulator.log.since().length;
      const { code, text } = await company.run(...words);
      // These answer from the trail alone, and from what a look wrote down.
      const [name, inner] = words;
      const asksNobody = name === "audit" ? inner !== "collect" : inner === "propose";
      if (!asksNobody) {
        // It alone asks about a move, of those who answered before.
        const asks = words[0] === "deploy";
        // Of whatever is wrong doctor says that it is missing.
        const ends = asks ? 3 : words[0] === "doctor" ? 2 : 1;
        expect([code, text]).toEqual([ends, expect.anything()]);
        for (const setting of ["keycloak.url", "bitbucket.url"])
          expect(text).toMatch(
            asks
              ? new RegExp(`${setting} changes from .* to ${evilUrl()}\n`)
              : `${setting}: found "${evilUrl()}"; allowed: "`,
          );
      }
      expect(stolen).toEqual([]);
      expect(company.world.emulator.log.since()).toHaveLength(asked);
    });
  },
);

/** What stands at the new address is the same server, behind a door that counts. */
describe("a move that the company's owners are asked about", () => {
  beforeAll(async () => {
    doors = [await Proxy.to(sharedWorld().keycloak.url), await Proxy.to(company.world.emulator.url)];
    await company.publish();
  });
  const passed = (door: Proxy) => door.passed.map(({ path }) => path);
  const deploy = (commit: string, env = {}) =>
    company.runWith(env, "deploy", "main", "--yes", "--repository", "acme/access", "--commit", commit);

  test.each([
    ["keycloak.url", 0, "MOVED_KEYCLOAK_PASSWORD"],
    ["bitbucket.url", 1, "MOVED_BITBUCKET_API_TOKEN"],
  ])("%s: asked at the old one, and gone on with to the new one", async (setting, index, variable) => {
    const door = doors[index]!;
    const secret = company.env[variable.replace("MOVED_", "")] ?? "";
    move({ [setting]: door.url });
    const moved = company.written("stacks/Pulumi.main.yaml");

    // Merged with the accomplice's word alone, and with everything ready for the new address.
    const own = await company.merged("cem", ["cem"], companyText);
    const refused = await deploy(own, { [variable]: secret });
    expect([refused.code, refused.text]).toEqual([
      3,
      expect.stringMatching(new RegExp(`${setting} changes from .* lacks the approval .*: ana, ben`)),
    ]);
    expect(passed(door)).toEqual([]);

    // Merged with an owner's word: what signs in at the old address is not sent to the new one for that.
    writeFileSync(file, good);
    await company.publish();
    writeFileSync(file, moved);
    const approved = await company.merged("cem", ["ana"], companyText);
    const unready = await deploy(approved);
    expect([unready.code, unready.text]).toEqual([
      1,
      expect.stringContaining(`environment variable ${variable}`),
    ]);
    expect(passed(door)).toEqual([]);

    const deployed = await deploy(approved, { [variable]: secret });
    expect([deployed.code, deployed.text]).toEqual([
      0,
      expect.stringContaining("approved by ana for the company"),
    ]);
    expect(passed(door).length).toBeGreaterThan(0);

    // It is where the stack is from now on: with the variable that is always set.
    door.passed = [];
    const again = await deploy(approved);
    expect([again.code, again.text]).toEqual([0, expect.stringMatching(/nothing to deploy\n$/)]);
    expect(passed(door).length).toBeGreaterThan(0);
    good = moved;
  });
});

test("another slug of the workspace: approved and merged, changed in Bitbucket, deployed; all is there as before", async () => {
  const { emulator } = company.world;
  const rights = async (workspace: string) => {
    const { json } = await company.world.bitbucket(
      "GET",
      `/2.0/workspaces/${workspace}/permissions/repositories`,
    );
    const { values } = json as {
      values: { user: { display_name: string }; repository: { name: string }; permission: string }[];
    };
    return values
      .map(({ user, repository, permission }) => `${user.display_name} ${repository.name} ${permission}`)
      .sort();
  };
  const before = await rights("acme");
  move({ "bitbucket.workspace": "acme-corp" });
  const commit = await company.merged("cem", ["ana"], companyText);
  const body = JSON.stringify({ slug: "acme-corp" });
  const headers = { "content-type": "application/json" };
  expect((await fetch(`${emulator.url}/emulator/workspace`, { method: "POST", headers, body })).status).toBe(
    204,
  );

  const words = ["deploy", "main", "--yes", "--repository", "acme-corp/access", "--commit", commit];
  const deployed = await company.run(...words);
  console.log(deployed.text);
  expect([deployed.code, deployed.text]).toEqual([
    0,
    expect.stringContaining("approved by ana for the company"),
  ]);
  expect(await rights("acme-corp")).toEqual(before);
  const again = await company.run(...words);
  expect([again.code, again.text]).toEqual([0, expect.stringMatching(/nothing to deploy\n$/)]);
});
