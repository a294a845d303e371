/**
 * A team with another name keeps its people, its rights and its group in Keycloak; Bitbucket's group, which cannot be
 * renamed, goes when another has taken its place. On the real engine and Keycloak, and asked all the time.
 */
import { companyText, SmallCompany } from "./world/smallCompany";

jest.setTimeout(400_000);

const before = `${companyText}  - { team: hands, can: [trigger], on: ONE }\n`;
const renamed = (text: string, name: string, previously: string) =>
  text
    .replace(`  ${previously}: {`, `  ${name}: { previously: ${previously},`)
    .replaceAll(`team: ${previously},`, `team: ${name},`);

let company: SmallCompany;
/** What a drift check finds before anything is renamed: the workspace has more than is declared. */
let found: unknown;

beforeAll(async () => {
  company = await SmallCompany.start({ access: before });
  await succeed("deploy", "main", "--yes");
  await succeed("sync", "main", "--apply");
  found = await drift();
});

afterAll(async () => {
  await company.stop();
});

async function succeed(...words: string[]): Promise<string> {
  const { code, text } = await company.run(...words);
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
  return text;
}

async function drift(): Promise<unknown> {
  const { stdout } = await company.run("drift", "main", "--json");
  return (JSON.parse(stdout.slice(stdout.indexOf("{"))) as { findings: unknown }).findings;
}

/** Members of Bitbucket's groups of teams, by name. */
async function groups(): Promise<Record<string, string[]>> {
  const { json } = await company.world.bitbucket("GET", "/1.0/groups/acme");
  const all = json as { slug: string; members: { display_name: string }[] }[];
  return Object.fromEntries(
    all
      .filter(({ slug }) => slug !== "administrators")
      .map(({ slug, members }) => [slug, members.map(({ display_name: name }) => name)]),
  );
}

/** Ids of Keycloak's groups and of their members, by name. */
async function inKeycloak(): Promise<Record<string, unknown>> {
  const { realm } = company.world;
  const { json } = await company.world.keycloak("GET", `/${realm}/groups`);
  const entries = (json as { id: string; name: string }[]).map(async ({ id, name }) => {
    const members = await company.world.keycloak("GET", `/${realm}/groups/${id}/members`);
    return [name, [id, (members.json as { id: string }[]).map((member) => member.id)]] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Asks what cem may do for as long as something runs. @returns what it was each time */
async function asked<Result>(run: () => Promise<Result>): Promise<{ result: Result; answers: string[] }> {
  const answers: string[] = [];
  let isOver = false;
  const asking = async () => {
    while (!isOver) {
      const path = "/2.0/workspaces/acme/permissions/repositories/api";
      const { json } = await company.world.bitbucket("GET", path);
      const { values } = json as { values: { user: { display_name: string }; permission: string }[] };
      answers.push(values.find(({ user }) => user.display_name === "cem")?.permission ?? "nothing");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const [result] = await Promise.all([
    run().finally(() => {
      isOver = true;
    }),
    asking(),
  ]);
  return { result, answers };
}

test("deploy: the new group has the people and the rights before the old one goes, and nobody lacks one meanwhile", async () => {
  const was = await inKeycloak();
  company.declare(renamed(before, "makers", "hands"));
  const preview = await company.run("preview", "main");
  expect(preview.text).toContain("hands → makers");
  const { result, answers } = await asked(() => company.run("deploy", "main", "--yes"));
  expect({ code: result.code, text: result.code === 0 ? "" : result.text }).toEqual({ code: 0, text: "" });

  expect(new Set(answers)).toEqual(new Set(["write"]));
  expect(answers.length).toBeGreaterThan(50);
  expect(await groups()).toEqual({ leads: ["ben"], makers: ["cem"] });
  const { hands, ...others } = was;
  expect(await inKeycloak()).toEqual({ ...others, makers: hands });
  expect(await succeed("deploy", "main", "--yes")).toMatch(/nothing to deploy\n$/);
  expect((await company.run("sync", "main")).code).toBe(0);
  expect(await drift()).toEqual(found);
});

test("plain up keeps the old group, says so, and leaves the rest to deploy", async () => {
  company.declare(
    renamed(before, "crew", "makers")
      .replace(/ {2}hands: \{/, "  crew: { previously: makers,")
      .replaceAll("team: hands,", "team: crew,"),
  );
  const up = await succeed("pulumi", "up", "--stack", "main", "--yes", "--skip-preview");
  expect(up).toContain(`makers stays in Bitbucket beside crew`);
  expect(await groups()).toEqual({ crew: [], leads: ["ben"], makers: ["cem"] });
  await succeed("pulumi", "up", "--stack", "main", "--yes", "--skip-preview", "--expect-no-changes");

  // Both have the same people while both are there.
  await succeed("sync", "main", "--apply");
  expect(await groups()).toEqual({ crew: ["cem"], leads: ["ben"], makers: ["cem"] });
  expect(await drift()).toEqual(found);

  const taken = company
    .written("access.yaml")
    .replace("  leads: {", "  others: { owner: ana, group: makers, members: [] }\n  leads: {");
  const whole = company.written("access.yaml");
  company.declare(taken);
  for (const words of [
    ["preview", "main"],
    ["deploy", "main", "--yes"],
    ["pulumi", "up", "--stack", "main", "--yes", "--skip-preview"],
  ]) {
    const { code, text } = await company.run(...words);
    expect([code === 0, text]).toEqual([
      false,
      expect.stringContaining("the group makers in Bitbucket, which still has the members of team crew"),
    ]);
  }
  company.declare(whole);

  await succeed("deploy", "main", "--yes");
  expect(await groups()).toEqual({ crew: ["cem"], leads: ["ben"] });
  expect((await company.run("preview", "main")).text).toContain("nothing changes");
});
