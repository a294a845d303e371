/**
 * The company whose changes are tried, as its files say it: plain objects, which are written as JSON (YAML takes that). Its
 * people's accounts are there whether `access.yaml` names them or not; `mal` is the one who means harm.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../../../toolchain/places";

export interface Team {
  owner: string;
  previously?: string;
  /** Slug of its group in Bitbucket, where that is called otherwise. */
  group?: string;
  members?: string[];
  teams?: Record<string, Team>;
}
type Branches = Record<string, Record<string, number | boolean>>;
export interface Repository {
  previously?: string;
  deploys?: string[];
  protected?: Branches;
  credential?: string;
}
interface Project {
  previously?: string;
  owner: string;
  protected?: Branches;
  repositories: Record<string, Repository>;
}
export interface Grant {
  team?: string;
  person?: string;
  agent?: string;
  can: string[];
  on: string[];
  until?: string;
  reason?: string;
}
export interface Access {
  company: string;
  owners: string[];
  limits: { owners?: number; removal?: string };
  control: string[];
  environments: Record<
    string,
    { type: string; restricted?: boolean; deployers?: string[]; previously?: string }
  >;
  people: Record<string, { name: string; email: string; account?: string; previously?: string }>;
  teams: Record<string, Team>;
  agents: Record<string, { owner: string; account: string; tokenLife?: string; jwks?: string }>;
  projects: Record<string, Project>;
  grants: Grant[];
  separation: { "never together": string[]; on?: string[] }[];
}
/** The settings of the stack, by the names of the stack file without the project's before them. */
type Config = Record<string, unknown>;
interface Exception {
  rule: string;
  on: string;
  owner: string;
  reason: string;
  until: string;
}

/** What a commit holds. */
export interface State {
  access: Access;
  config: Config;
  exceptions: Exception[];
  /** A file that is no data. */
  program: string;
}

export const accounts = ["ana", "ben", "cem", "dan", "eve", "fay", "gil", "mal", "yan", "zed"] as const;
export type Account = (typeof accounts)[number];
export const accountId = (name: string): string =>
  `{00000000-0000-0000-0000-0000000000${name.charCodeAt(0).toString(16)}}`;
export const emailOf = (name: string): string => `${name}@small.example`;
/** The account that an address belongs to. */
export const accountBy = (email: string): string | undefined =>
  accounts.find((name) => emailOf(name) === email);

/** Who is in a team that Keycloak keeps; undefined: nobody can say. */
export const keptByKeycloak = (team: string): readonly string[] | undefined =>
  /^staff(-new|-other)*$/.test(team) ? ["eve", "gil"] : undefined;

const person = (name: string, account = false) => ({
  name,
  email: emailOf(name),
  ...(account && { account: accountId(name) }),
});

const stackFile = "stacks/Pulumi.main.yaml";
const prefix = "bitbucket-keycloak:";

/** @param isOpen whether anybody who may write deploys to production */
export function company(url: string, isOpen: boolean): State {
  const dev = readFileSync(join(root, stackFile.replace("main", "dev")), "utf8");
  const { config } = parse(dev) as { config: Config };
  const own = Object.entries(config).map(([key, value]) => [key.replace(prefix, ""), value] as const);
  const settings = Object.fromEntries(own) as Record<string, Record<string, unknown>>;
  const checks = { approvals: 2, commitsBehind: 3, resetApprovals: true };
  return {
    program: "1",
    exceptions: [{ rule: "events-kept", on: "realm", owner: "ana", reason: "Old log", until: "2026-07-31" }],
    config: {
      ...settings,
      bitbucket: { ...settings["bitbucket"], url, governing: true },
      pipelines: { credential: "rotated" },
      rotations: { "api.dev": { manualRotations: 1, revocations: 1, reason: "Leaked" } },
      protect: "true",
    },
    access: {
      company: "Small",
      owners: ["ana", "ben"],
      limits: { owners: 2, removal: "90%" },
      control: ["OPS/access"],
      environments: { dev: { type: "test" }, prod: { type: "production", restricted: !isOpen } },
      people: {
        ...Object.fromEntries(
          ["ana", "ben", "dan", "eve", "fay", "gil", "mal"].map((name) => [name, person(name)]),
        ),
        cem: person("cem", true),
      },
      teams: {
        makers: {
          owner: "ana",
          members: [],
          teams: {
            leads: { owner: "ana", members: ["cem"] },
            hands: { owner: "ana", members: ["dan", "mal"] },
          },
        },
        ops: { owner: "ben", members: ["ben"], teams: { night: { owner: "ben", members: ["eve"] } } },
        guests: { owner: "ben", members: ["fay", "mal"] },
        staff: { owner: "ana" },
        fresh: { owner: "ana", members: ["gil"] },
      },
      agents: {
        bot: { owner: "ben", account: accountId("~"), jwks: "https://bot.small.example/jwks.json" },
      },
      projects: {
        ONE: {
          owner: "leads",
          protected: { main: checks },
          repositories: { api: { deploys: ["dev", "prod"] }, web: { deploys: ["dev"], protected: {} } },
        },
        TWO: {
          owner: "hands",
          repositories: { docs: {}, site: { deploys: ["dev"], protected: { main: checks } } },
        },
        OPS: {
          owner: "ops",
          repositories: { access: { protected: { main: { approvals: 1 } } }, runner: {} },
        },
      },
      grants: [
        { team: "makers", can: ["trigger"], on: ["ONE"] },
        { team: "leads", can: ["deploy:prod"], on: ["ONE/api"], until: "2026-12-31" },
        { team: "guests", can: ["read"], on: ["ONE"], until: "2026-12-31" },
        { team: "hands", can: ["trigger"], on: ["TWO"] },
        { team: "ops", can: ["administer"], on: ["OPS"] },
        { agent: "bot", can: ["merge"], on: ["TWO/docs"] },
      ],
      separation: [{ "never together": ["merge", "deploy:prod"], on: ["TWO"] }],
    },
  };
}

/** The files of a state, by path. */
export function filesOf({ access, config, exceptions, program }: State): Record<string, string> {
  const own = Object.entries(config).map(([key, value]) => [`${prefix}${key}`, value] as const);
  return {
    "access.yaml": JSON.stringify(access),
    [stackFile]: JSON.stringify({ config: Object.fromEntries(own) }),
    "exceptions.yaml": JSON.stringify({ exceptions }),
    "index.ts": program,
  };
}
