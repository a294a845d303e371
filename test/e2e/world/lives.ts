/** A company over its life on the real engine and Keycloak and an emulated workspace: what is done to it, and what is then there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scopes } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import type { State } from "@bitbucket-keycloak/bitbucket-emulator/entities";
import { deploy } from "../../../commands/deploy/deploy";
import { offboard } from "../../../commands/offboard/offboard";
import { sync } from "../../../commands/sync/sync";
import { administratorScopes } from "../../../toolchain/acme";
import { Progress } from "../../../toolchain/progress";
import type { Act } from "../../testing/lives/change";
import { accessOf, accountOf, addressOf, type Life } from "../../testing/lives/company";
import { numbersOf } from "../../testing/lives/rights";
import { allowed } from "../../testing/rights";
import { administrator, World } from ".";
import { sharedWorld } from "./shared";

const boss = { email: "boss@life.example", token: "token of the boss, long enough" };
const quiet = () => new Progress({ write: () => undefined });
export const textOf = (life: Life) => JSON.stringify(accessOf(life));
/** Numbers of all who may ever come. */
const everybody = Array.from({ length: 80 }, (_, id) => id);

export class Deployed {
  private constructor(readonly world: World) {}

  /** Nothing is brought up yet. */
  static async start(life: Life): Promise<Deployed> {
    const world = await World.start({
      access: textOf(life),
      settings: { environment: life.environment.name },
      seed: (token) => ({
        workspace: { slug: "acme", plan: "premium", owner: boss.email },
        accounts: [
          {
            name: "Administrator",
            email: administrator,
            tokens: [{ token, scopes: [...administratorScopes] }],
          },
          { name: "Boss", email: boss.email, tokens: [{ token: boss.token, scopes: [...scopes] }] },
          ...everybody.map((id) => ({ name: `Account ${id}`, email: addressOf(id), uuid: accountOf(id) })),
        ],
        administrators: [administrator, boss.email],
        projects: life.projects.map(({ name }) => ({ key: name, name })),
        repositories: life.repositories.map(({ name, project }) => ({
          slug: name,
          project: life.projects.find(({ id }) => id === project)?.name ?? "",
        })),
      }),
    });
    return new Deployed(world);
  }

  async act(act: Act): Promise<void> {
    const { world } = this;
    if (act.act === "offboard") {
      const { taken } = await offboard(
        act.person,
        "local",
        world.envOf("offboard"),
        {},
        world.folder,
        quiet(),
      );
      expect(taken.filter(({ ok }) => !ok)).toEqual([]);
    } else if (act.act === "address") {
      const body = JSON.stringify({ account: accountOf(act.id), email: act.email });
      expect((await fetch(`${world.emulator.url}/emulator/address`, { method: "POST", body })).status).toBe(
        204,
      );
    } else {
      const [kind, name = ""] = act.path.split("/");
      const path = kind === "projects" ? `workspaces/acme/projects/${name}` : `repositories/acme/${name}`;
      const { status } = await world.bitbucket(act.method, `/2.0/${path}`, act.body, boss);
      expect([act, status < 300]).toEqual([act, true]);
    }
  }

  /** By the commands, as a person would who approves of whatever is asked. */
  async deploy(life: Life): Promise<void> {
    const { world } = this;
    world.writeAccess(textOf(life));
    const stack = readFileSync(join(world.folder, "stacks/Pulumi.local.yaml"), "utf8");
    world.writeStackText(stack.replace(/(bitbucket-keycloak:environment: ).*/, `$1${life.environment.name}`));
    const engine = { command: sharedWorld().toolchain.pulumi, cwd: world.folder, env: world.env };
    const by = (approve?: string) => deploy("local", engine, { show: () => undefined, ...(approve !== undefined && { approve }) }, quiet()); // prettier-ignore
    const first = await by();
    const { outcome, reasons } = first.outcome === "unapproved" ? await by(first.report.number) : first;
    expect([outcome === "deployed" || outcome === "nothing", reasons]).toEqual([true, []]);
  }

  async sync(): Promise<void> {
    const options = { apply: true, allowManyRemovals: true };
    const { failures, membership } = await sync("local", this.world.envOf("sync"), options, this.world.folder, quiet()); // prettier-ignore
    expect([failures, membership.unmatched]).toEqual([[], []]);
  }

  /** What everybody who ever was there can do, by the rules of Bitbucket. */
  async inBitbucket({ addresses }: Life): Promise<Record<string, string[]>> {
    const state = (await (await fetch(`${this.world.emulator.url}/emulator/state`)).json()) as State;
    const can = (id: number) =>
      state.repositories.flatMap((one) =>
        [...allowed(state, one, accountOf(id))].map((what) => `${what} ${one.project}/${one.slug}`),
      );
    return Object.fromEntries(Object.keys(addresses).map((id) => [id, can(Number(id)).sort()]));
  }

  private async admin<T>(path: string): Promise<T> {
    const { status, json } = await this.world.keycloak("GET", `/${this.world.realm}${path}`);
    if (status >= 400) throw new Error(`GET ${path}: ${status}`);
    return json as T;
  }

  private async users(): Promise<readonly User[]> {
    return this.admin<User[]>("/users?max=500");
  }

  /** Roles of everybody who can sign in, as Keycloak works them out from groups. */
  async inKeycloak(life: Life): Promise<Record<string, string[]>> {
    const [client] = await this.admin<{ id: string }[]>("/clients?clientId=bitbucket");
    const users = new Map((await this.users()).map((user) => [user.username, user]));
    const rolesOf = async (id: number): Promise<string[]> => {
      const user = users.get(life.people.find((one) => one.id === id)?.name ?? "");
      if (user?.enabled !== true) return [];
      const roles = await this.admin<{ name: string }[]>(`/users/${user.id}/role-mappings/clients/${client?.id ?? ""}/composite`); // prettier-ignore
      return roles.map(({ name }) => name).sort();
    };
    const all = Object.keys(life.addresses).map(async (id) => [id, await rolesOf(Number(id))] as const);
    return Object.fromEntries(await Promise.all(all));
  }

  /** Ids of people, groups, repositories and the environment of one, by the test's numbers. */
  async ids(life: Life): Promise<Map<string, string | undefined>> {
    const numbers = numbersOf(life);
    const users = new Map((await this.users()).map(({ username, id }) => [username, id]));
    const groups = new Map((await this.groups()).map(({ name, id }) => [name, id]));
    const state = (await (await fetch(`${this.world.emulator.url}/emulator/state`)).json()) as State;
    const places = new Map(state.repositories.map((one) => [one.slug, one]));
    const entries = (
      kind: string,
      of: Readonly<Record<string, number>>,
      idOf: (name: string) => string | undefined,
    ) =>
      // prettier-ignore
      Object.entries(of).map(([name, number]) => [`${kind} ${number}`, idOf(name)] as const);
    return new Map([
      ...entries("person", numbers.people, (name) => users.get(name)),
      ...entries("team", numbers.teams, (name) => groups.get(name)),
      ...entries("repository", numbers.repositories, (name) => places.get(name)?.uuid),
      ...life.repositories.filter(({ deploys }) => deploys).map(({ name, id }) => [`environment of ${id}`, places.get(name)?.environments[0]?.uuid] as const), // prettier-ignore
    ]);
  }

  private async groups(path = "/groups"): Promise<{ id: string; name: string }[]> {
    const here = await this.admin<{ id: string; name: string; subGroupCount: number }[]>(path);
    const below = here.filter(({ subGroupCount }) => subGroupCount > 0);
    return [
      ...here,
      ...(await Promise.all(below.map(({ id }) => this.groups(`/groups/${id}/children`)))).flat(),
    ];
  }
}

interface User {
  readonly id: string;
  readonly username: string;
  readonly enabled: boolean;
}
