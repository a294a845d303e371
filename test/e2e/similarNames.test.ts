/**
 * A realm of people whose user names contain each other, as a directory brings them, and a workspace of groups and
 * repositories whose names do: whoever is looked up is found, and nobody else; lists are whole; and whom the keycloak
 * plugin would not find is said before anything is changed.
 */
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { findGroup } from "@pulumi/bitbucket/api/groups";
import { KeycloakAdmin } from "../../clients/keycloak";
import { userNamed, usersWith } from "../../clients/named";
import { sync } from "../../commands/sync/sync";
import { administratorScopes } from "../../toolchain/acme";
import { administrator, World } from "./world";
import { Fronts } from "./world/proxy";

jest.setTimeout(1_200_000);
const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE !== undefined;
const size = { people: 2_000, names: 300 };

const range = (length: number) => Array.from({ length }, (_, index) => index);
const emailOf = (name: string) => `${name}@large.example`;
const bobs = "{00000000-0000-4000-8000-0000000000bb}";
/** Each is contained in many, and comes before them. */
const short = ["u", "uu", "u1", "u10", "u100"];
const owners = ["ana", "ben"];
/** `bob` is contained in more than a page of these, and comes after them: the plugin does not find him. So with `ana`. */
const hiding = range(150).flatMap((index) => [`a${index}bob`, `a${index}ana`]);
const named = [...owners, "bob", ...short];
const people = [...new Set([...named, ...hiding, ...range(size.people).map((index) => `u${index}`)])].slice(
  0,
  size.people,
);
/** Teams and repositories: `t`, `t-t`, `t0`, `t10` and so on, the half of the teams within `t`. */
const names = [
  ...new Set(["t", "t-t", "x-t", "t-x", ...range(size.names).map((index) => `t${index}`)]),
].slice(0, size.names);
const [top, nested] = [names.slice(1, size.names / 2), names.slice(size.names / 2)];

interface Declared {
  /** Members of `t10`, which is within `t`. Default: its list is Keycloak's. */
  readonly members?: readonly string[];
  readonly more?: string;
}

function accessText({ members, more = "" }: Declared = {}): string {
  const list = members === undefined ? "" : `, members: [${members.join(", ")}]`;
  return `company: Large
owners: [${owners.join(", ")}]
environments:
  dev: { type: test }
people:
${named.map((name) => `  ${name}: { name: ${name}, email: ${emailOf(name)}${name === "bob" ? `, account: "${bobs}"` : ""} }`).join("\n")}
teams:
  t:
    owner: ana
    teams:
      t10: { owner: ana${list} }
${nested.map((name) => `      ${name}: { owner: ana }`).join("\n")}
${top
  .filter((name) => !["t10", ...nested].includes(name))
  .map((name) => `  ${name}: { owner: ana }`)
  .join("\n")}
projects:
  ONE: { name: First, owner: t, repositories: { t: {}, t1: {}, t-t: {} } }
grants:
  - { team: t, can: [read], on: ONE }
  - { team: t10, can: [trigger], on: ONE/t1 }
${more}`;
}

(exhaustive ? describe : describe.skip)("2,000 people, and 300 teams and repositories", () => {
  const fronts = new Fronts();
  let world: World;
  let keycloak: KeycloakAdmin;
  const told: string[] = [];

  /** Does something, and notes how long it took and how many requests went to Keycloak and to Bitbucket. */
  async function measured<T>(what: string, act: () => Promise<T>): Promise<T> {
    fronts.forget();
    const since = performance.now();
    const result = await act();
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    told.push(`${what}: ${seconds} s, ${fronts.keycloak.passed.length} to Keycloak, ${fronts.bitbucket.passed.length} to Bitbucket`); // prettier-ignore
    return result;
  }

  beforeAll(async () => {
    world = await World.start({
      access: accessText(),
      settings: { "keycloak.people": "external" },
      front: fronts.front,
      seed: (token) => ({
        workspace: { slug: "acme", plan: "premium" },
        accounts: [
          {
            name: "Administrator",
            email: administrator,
            tokens: [{ token, scopes: [...administratorScopes] }],
          },
          ...people.map((name) => ({ name, email: emailOf(name), ...(name === "bob" && { uuid: bobs }) })),
        ],
        administrators: [administrator],
        projects: [
          { key: "ONE", name: "First" },
          { key: "TWO", name: "Second" },
        ],
        repositories: names.map((slug) => ({
          slug,
          project: ["t", "t1", "t-t"].includes(slug) ? "ONE" : "TWO",
        })),
      }),
    });
    keycloak = KeycloakAdmin.from(fronts.keycloak.url, world.realm, world.env);
  });
  afterAll(async () => {
    await world.stop();
    fronts.close();
    process.stderr.write(`${told.join("\n")}\n`);
  });

  const groupAt = async (path: string) =>
    (await keycloak.groups()).find((group) => group.path === path)?.id ?? "";
  const membersOf = async (path: string) =>
    (await keycloak.members(await groupAt(path))).map(({ username }) => username);
  const declare = (declared: Declared) => {
    world.writeAccess(accessText(declared));
  };
  const outcomeOf = (...command: string[]) =>
    world.pulumi(...command, "--stack", "local", "--non-interactive");
  const bobAlone = `  - { person: bob, can: [read], on: ONE/t1, until: "2099-06-30", reason: Helps out }\n`;

  test("a realm is made alone, with a warning; then whoever is not in it yet is named before anything is made", async () => {
    declare({ members: ["u"] });
    expect(await world.up("--target", "**Realm**")).toContain(
      `realm ${world.realm}: found no such realm, and people who come from elsewhere`,
    );
    const { code, text } = await outcomeOf("up", "--yes", "--skip-preview");
    expect(code).not.toBe(0);
    expect(text).toContain("nothing was changed\n");
    expect(text).toContain(`team t10: member u: found nobody of this user name in realm ${world.realm}`);
    expect(await keycloak.groups()).toEqual([]);
    declare({});
  });

  test("as many groups whose names contain each other are made, and found again", async () => {
    await measured("first up", () => world.up());
    const groups = await keycloak.groups();
    expect(groups.map(({ name }) => name).sort()).toEqual([...names].sort());
    const session = Bitbucket.session(world.emulator.url, world.env);
    for (const name of names) expect((await findGroup(session, "acme", name))?.slug).toBe(name);
    const repositories = await session.list("/repositories/{workspace}", { workspace: "acme" });
    expect(repositories.map((one) => one.full_name).sort()).toEqual(
      names.map((name) => `acme/${name}`).sort(),
    );
    await measured("second up", () => world.up("--expect-no-changes", "--refresh"));
  });

  test("as many people whose names contain each other are found one by one, and no other", async () => {
    // A group that passes for one within another, and a directory's people.
    await keycloak.post("groups", { name: "t/t10" });
    const everywhere = people.map((username) => ({
      username,
      email: emailOf(username),
      emailVerified: true,
      enabled: true,
      groups: ["/t"],
    }));
    for (let from = 0; from < everywhere.length; from += 250)
      await keycloak.post("partialImport", {
        ifResourceExists: "FAIL",
        users: everywhere.slice(from, from + 250),
      });
    await measured("each person by name and by address", async () => {
      for (const name of [...named, ...hiding.slice(0, 20), "u7", "BOB"]) {
        const by = await userNamed(keycloak, name);
        expect([by?.username, (await usersWith(keycloak, "email", emailOf(name)))[0]?.id]).toEqual([name.toLowerCase(), by?.id]); // prettier-ignore
      }
    });
    for (const name of ["", "ob", "u_", "%", "a_bob", "*", "u1\\"])
      expect(await userNamed(keycloak, name)).toBeUndefined();
  });

  test("members and those who are granted something alone are found; a second up changes nothing", async () => {
    declare({ members: short, more: bobAlone });
    await measured("up with members and a grant", () => world.up());
    expect(await membersOf("/t/t10")).toEqual([...short].sort());
    expect(await membersOf("/t~/t10")).toEqual([]);
    const bob = await userNamed(keycloak, "bob");
    type Mapped = { clientMappings?: Record<string, { mappings: { name: string }[] }> };
    const { clientMappings = {} } =
      (await keycloak.get<Mapped>(`users/${bob?.id ?? ""}/role-mappings`)) ?? {};
    expect(Object.values(clientMappings).flatMap(({ mappings }) => mappings.map(({ name }) => name))).toEqual(
      ["read:ONE/t1"],
    );
    await measured("second up", () => world.up("--expect-no-changes"));
    await world.up("--expect-no-changes", "--refresh");
  });

  test("whoever many others contain is put in like everybody, and who is not there is named before anything is changed", async () => {
    declare({ members: [...short, "bob", "ana"], more: bobAlone });
    await world.up();
    expect(await membersOf("/t/t10")).toEqual([...short, "bob", "ana"].sort());
    declare({ members: short, more: bobAlone });
    await world.up();
    expect(await membersOf("/t/t10")).toEqual([...short].sort());

    await keycloak.put(`users/${(await userNamed(keycloak, "ben"))?.id ?? ""}`, { username: "ben", enabled: true, email: "gone@large.example" }); // prettier-ignore
    await keycloak.delete(`users/${(await userNamed(keycloak, "uu"))?.id ?? ""}`);
    declare({ members: short });
    expect((await outcomeOf("preview")).text).toContain(
      `team t10: member uu: found nobody of this user name in realm ${world.realm}`,
    );
  });

  test("put into the group by hand first, they are members like others, and go like others", async () => {
    const rest = short.filter((name) => name !== "uu");
    declare({ members: rest });
    await world.up();
    const group = await groupAt("/t/t10");
    for (const name of ["bob", "ana"])
      await keycloak.put(`users/${(await userNamed(keycloak, name))?.id ?? ""}/groups/${group}`);
    declare({ members: [...rest, "bob", "ana"] });
    await world.up();
    expect(await membersOf("/t/t10")).toEqual([...rest, "bob", "ana"].sort());
    await world.up("--expect-no-changes", "--refresh");
    declare({ members: [...rest, "ana"] });
    await world.up();
    expect(await membersOf("/t/t10")).toEqual([...rest, "ana"].sort());
  });

  test("sync reads everybody who is in a team, and matches each with their own account", async () => {
    const { membership, failures } = await measured("sync", () =>
      sync("local", world.envOf("sync"), {}, world.folder),
    );
    expect(failures).toEqual([]);
    const changes = new Map(
      membership.changes.map(({ group, add }) => [group, add.map(({ username }) => username)]),
    );
    const there = people.filter((name) => name !== "uu");
    expect(changes.get("t")?.length).toBe(there.length - 1);
    expect(membership.unmatched.map(({ username }) => username)).toEqual(["ben"]);
    expect([...(changes.get("t10") ?? [])].sort()).toEqual(["ana", "u", "u1", "u10", "u100"]);
  });

  test("a team goes whole, with members whom the plugin does not find", async () => {
    world.writeAccess(
      accessText()
        .replace(/^ +t10: .*\n/m, "")
        .replace(/^.*team: t10.*\n/m, ""),
    );
    await world.up();
    expect((await keycloak.groups()).some(({ path }) => path === "/t/t10")).toBe(false);
  });
});
