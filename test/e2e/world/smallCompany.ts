/**
 * A company of three people whose stack is brought up by the commands, as people and pipelines run them: processes with
 * exit codes, in a checkout of its own, on the real engine and Keycloak and an emulated workspace whose pull requests count.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { administratorScopes, developerScopes } from "../../../toolchain/acme";
import { administrator, World, type Outcome, type WorldOptions } from ".";
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { Checkout } from "./checkout";
import { sharedWorld } from "./shared";

const team = ["ana", "ben", "cem"] as const;
const email = (name: string) => `${name}@small.example`;
const token = (name: string) => `token of ${name}, long enough`;
const access = "/2.0/repositories/acme/access";

/** Ana and ben own it; ben leads project ONE, cem is hands there. */
export const companyText = `company: Small
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
/** The same with one grant more, as `team: hands, can: [read], on: ONE`. */
export const withGrant = (line: string): string => `${companyText}  - { ${line} }\n`;

/** Its workspace before anything is declared. */
export const smallSeed = (administratorToken: string): Seed => ({
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
});

export class SmallCompany {
  private constructor(
    readonly world: World,
    readonly checkout: Checkout,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Its stack `main` is initialised and was never brought up. */
  static async start({
    access = companyText,
    seed = smallSeed,
    settings = {},
  }: Partial<Pick<WorldOptions, "access" | "seed" | "settings">> = {}): Promise<SmallCompany> {
    const world = await World.start({ access, seed, settings });
    const checkout = await Checkout.make();
    const stacks = join(checkout.folder, "stacks");
    rmSync(stacks, { recursive: true });
    mkdirSync(stacks);
    cpSync(join(world.folder, "stacks/Pulumi.local.yaml"), join(stacks, "Pulumi.main.yaml"));
    const { keycloak } = sharedWorld();
    mkdirSync(join(checkout.folder, "state"));
    const company = new SmallCompany(world, checkout, {
      PULUMI_BACKEND_URL: `file://${join(checkout.folder, "state")}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "local",
      KEYCLOAK_URL: keycloak.url,
      KEYCLOAK_CLIENT_ID: "admin-cli",
      KEYCLOAK_USER: keycloak.user,
      KEYCLOAK_PASSWORD: keycloak.password,
      BITBUCKET_EMAIL: administrator,
      BITBUCKET_API_TOKEN: world.administratorToken,
    });
    company.declare(access);
    const { code, text } = await company.run("pulumi", "stack", "init", "main");
    if (code !== 0) throw new Error(text);
    return company;
  }

  async stop(): Promise<void> {
    await this.checkout.remove();
    await this.world.stop();
  }

  /** Writes `access.yaml`. */
  declare(text: string): void {
    this.write("access.yaml", text);
  }

  run(...args: string[]): Promise<Outcome> {
    return this.runWith({}, ...args);
  }

  /** With environment variables besides. */
  runWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> {
    return this.checkout.run(args, { ...this.env, ...env });
  }

  /** Writes a file of the checkout. */
  write(file: string, content: string): void {
    writeFileSync(join(this.checkout.folder, file), content);
  }

  /** A file of the checkout. */
  written(file: string): string {
    return readFileSync(join(this.checkout.folder, file), "utf8");
  }

  /** What the checkout holds is in the repository of `access.yaml`, as it is before anybody proposes anything. */
  async publish(): Promise<void> {
    const form = new FormData();
    form.set("branch", "main");
    for (const file of ["access.yaml", "stacks/Pulumi.main.yaml"]) form.set(file, this.written(file));
    await this.succeed("POST", `${access}/src`, form);
  }

  /** Somebody's pull request with this text, approved by some, and merged. @returns the merge commit */
  async merged(author: string, approvers: readonly string[], text: string): Promise<string> {
    const as = (name: string) => ({ email: email(name), token: token(name) });
    const branch = `change-${Math.random().toString(36).slice(2)}`;
    const form = new FormData();
    form.set("branch", branch);
    form.set("access.yaml", text);
    form.set("stacks/Pulumi.main.yaml", this.written("stacks/Pulumi.main.yaml"));
    const made = { title: branch, source: { branch: { name: branch } } };
    await this.succeed("POST", `${access}/src`, form, as(author));
    const { id } = await this.succeed<{ id: number }>(
      "POST",
      `${access}/pullrequests`,
      JSON.stringify(made),
      as(author),
    );
    const at = `${access}/pullrequests/${id}`;
    for (const name of approvers) await this.succeed("POST", `${at}/approve`, undefined, as(name));
    const { merge_commit: commit } = await this.succeed<{ merge_commit: { hash: string } }>(
      "POST",
      `${at}/merge`,
    );
    this.declare(text);
    return commit.hash;
  }

  private async succeed<T>(...[method, path, ...rest]: Parameters<World["send"]>): Promise<T> {
    const { status, json } = await this.world.send(method, path, ...rest);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json as T;
  }
}
