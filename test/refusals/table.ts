/** What the recorded refusals come to: which request was answered how, to whom, and in which tests. */
import type { Refusal } from "./record";

/** One kind of refusal. */
export interface Kind {
  readonly system: "Bitbucket" | "Keycloak";
  /** Ids and names in its path are left out. */
  readonly request: string;
  readonly status: number;
  readonly said: string;
  /** Whether a test asked by its own hand; then no run of ours has met it. */
  readonly byHand: boolean;
  /** Whether Keycloak's own plugin asked. */
  readonly byPlugin: boolean;
  readonly tests: readonly string[];
}

export function kindsOf(recorded: readonly Refusal[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const one of recorded) {
    const path = one.url.split("?")[0] ?? "";
    const system = /^\/(admin\/realms|admin\/serverinfo|realms)(\/|$)/.test(path) ? "Keycloak" : "Bitbucket";
    const isOurs = system === "Keycloak" || /^\/(1\.0|2\.0|internal|admin|users|rest)\//.test(path);
    if (!isOurs) continue;
    const kind = {
      system,
      request: `${one.method} ${templateOf(path)}`,
      status: one.status,
      said: messageIn(one.said),
      byHand: one.agent === "node" || one.agent === "",
      byPlugin: one.agent.includes("Terraform"),
    } as const;
    const key = JSON.stringify(kind);
    const tests = kinds.get(key)?.tests ?? [];
    kinds.set(key, { ...kind, tests: [...new Set([...tests, one.test ?? realmIn(path)])] });
  }
  return [...kinds.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

/** Tests that share the Keycloak of all are known by their realm, where it has a name of its own. */
function realmIn(path: string): string {
  const [, name = "test"] = /^\/(?:admin\/)?realms\/([a-z-]+)-[0-9a-f]{8,}(?:\/|$)/.exec(path) ?? [];
  return name === "test" ? "some test" : name;
}

/** Where a path names what differs from run to run: what follows these words. */
const named =
  /\/(realms|workspaces|repositories|projects|groups|users|members|clients|roles|environments|variables|branch-restrictions|pullrequests|commit|src|schedules|components|instances|client-scopes|keys|hooks|repositories\/[^/]+|branches|directories|orgs)\/[^/]+/g;
const id = /(%7B|\{)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(%7D|\})?|\b[0-9a-f]{40}\b/gi;

function templateOf(path: string): string {
  return path
    .replace(id, "*")
    .replace(/^(\/2\.0\/repositories|\/1\.0\/groups)\/[^/]+\/[^/]+/, "$1/*/*")
    .replace(named, (_, word: string) => `/${word}/*`);
}

function messageIn(body: string): string {
  try {
    const { error, errorMessage, error_description: described } = JSON.parse(body) as Record<string, unknown>;
    const inner =
      typeof error === "object" && error !== null ? (error as { message?: unknown }).message : error;
    const said = [errorMessage, described, inner].find((one) => typeof one === "string") ?? "";
    return said.replace(id, "*").replace(/'[^']*'|"[^"]*"|\bacme\/[\w-]+|\b(?<=(file:|Branch|id) )\S+/g, "*");
  } catch {
    return body.startsWith("<") ? "a page" : body.slice(0, 80);
  }
}
