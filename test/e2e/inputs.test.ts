/**
 * Every input that the reader accepts (`test/inputs/`) is brought up: none stops half way, the second run changes nothing, and
 * the servers hold what is written. What is refused is refused by the reader, in `test/inputs.test.ts`.
 */
import { parse } from "yaml";
import { administratorScopes } from "../../toolchain/acme";
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { companiesOf, companyOf, settingsOf } from "../inputs/company";
import { table } from "../inputs/table";
import { administrator, World } from "./world";

jest.setTimeout(900_000);

interface Written {
  readonly company: string;
  readonly people: Record<string, { name: string; email: string; account?: string }>;
  readonly teams: Record<string, { owner: string; description?: string }>;
  readonly agents: Record<string, { owner: string; description?: string; account: string; jwks?: string }>;
  readonly projects: Record<
    string,
    { repositories: Record<string, { deploys?: string[]; protected?: object }> }
  >;
}

/** As another program reads it than ours, accents as the engine hands them on. */
const meaning = (text: string) =>
  JSON.parse(JSON.stringify(parse(text, { merge: true })).normalize("NFC")) as Written;

/** The workspace in which everything is that the text speaks of. */
const seedOf =
  ({ people, agents, projects }: Written, slug: string) =>
  (token: string): Seed => ({
    workspace: { slug, plan: "premium" },
    accounts: [
      { name: "Administrator", email: administrator, tokens: [{ token, scopes: [...administratorScopes] }] },
      ...[...Object.values(people), ...Object.values(agents)].flatMap(({ account }, n) =>
        account === undefined
          ? []
          : [{ name: "Somebody", email: `account-${n}@inputs.example`, uuid: account }],
      ),
    ],
    administrators: [administrator],
    projects: Object.keys(projects).map((key) => ({ key, name: key })),
    repositories: Object.entries(projects).flatMap(([project, { repositories }]) =>
      Object.keys(repositories).map((repository) => ({ slug: repository, project })),
    ),
  });

const companies = companiesOf(table.values());

test.each(companies.map((entries, index) => ({ entries, index })))(
  "company $index",
  async ({ entries, index }) => {
    const text = companyOf(entries, true);
    const written = meaning(text);
    const settings = settingsOf(entries, true);
    const realmOf = (value: string) => parse(value) as string;
    const slug = realmOf(settings["bitbucket.workspace"] ?? "acme");
    const world = await World.start({ access: text, seed: seedOf(written, slug), settings });
    const realm = realmOf(settings["keycloak.realm"] ?? world.realm);
    const environment = parse(settings.environment ?? "dev") as string;
    const read = async <T>(path: string): Promise<T> =>
      (await world.keycloak("GET", `/${realm}${path}`)).json as T;
    try {
      await world.keycloak("DELETE", `/${realm}`);
      const since = Date.now();
      const first = await world.up();
      const seconds = ((Date.now() - since) / 1000).toFixed(0);
      console.log(
        `company ${index}: ${entries.length} inputs, ${/\+ (\d+ created)/.exec(first)?.[1]} in ${seconds} s`,
      );
      // Written on another machine, it says the same.
      world.writeAccess(`\uFEFF${text.replaceAll("\n", "\r\n")}`);
      expect(await world.up("--expect-no-changes")).toMatch(/\d+ unchanged/);

      expect(await read<object>("")).toMatchObject({ displayName: `${written.company} (${environment})` });
      if (settings["keycloak.people"] !== "external")
        expect(await peopleOf(read)).toEqual(declaredPeople(written));
      expect(await teamsOf(read)).toEqual(declaredTeams(written));
    } finally {
      await world.keycloak("DELETE", `/${realm}`);
      await world.stop();
    }
  },
);

type Read = <T>(path: string) => Promise<T>;

async function peopleOf(read: Read): Promise<string[]> {
  interface User {
    username: string;
    firstName?: string;
    lastName?: string;
    email?: string;
  }
  const users = await read<User[]>("/users?max=1000");
  return users
    .map(
      ({ username, firstName = "", lastName = "", email = "" }) =>
        `${username} | ${`${firstName} ${lastName}`.trim()} | ${email}`,
    )
    .sort();
}

const declaredPeople = ({ people }: Written) =>
  Object.entries(people)
    .map(
      ([username, { name, email }]) =>
        `${username} | ${name.trim().replace(/\s+/g, " ")} | ${email.toLowerCase()}`,
    )
    .sort();

async function teamsOf(read: Read): Promise<string[]> {
  interface Group {
    name: string;
    attributes: Record<string, string[]>;
  }
  const groups = await read<Group[]>("/groups?max=1000&briefRepresentation=false");
  return groups
    .map(({ name, attributes: { owner, description } }) => JSON.stringify([name, owner, description]))
    .sort();
}

const declaredTeams = ({ teams }: Written) =>
  Object.entries(teams)
    .map(([name, { owner, description = "" }]) => JSON.stringify([name, [owner], [description]]))
    .sort();
