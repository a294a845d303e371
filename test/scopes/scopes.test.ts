/**
 * The documented scopes are enough for what each part does, and each of them is needed: the product's own code and its
 * table of scopes against the emulator and its, over HTTP. What a part asks is what the table says that it asks.
 */
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { endpoints } from "@bitbucket-keycloak/bitbucket-emulator/app";
import type { Method } from "@pulumi/bitbucket/api/contract";
import { type KnownOperation, scopesFor } from "@pulumi/bitbucket/api/scopes";
import { parts, type PartName } from "../../access/tokens";
import { companySeed, hands, names, somewhere, tokenOf, tokenWithout } from "./company";
import { siteOf, works, type Site } from "./work";

let emulator: Emulator;
let known: Pick<Site, "merged" | "pipeline">;

beforeAll(async () => {
  emulator = await startEmulator({ seed: companySeed(), environmentDelay: 0 });
});
afterAll(() => emulator.close());

/** The workspace as at first, with one pull request merged, one open, and a pipeline. */
async function anew(): Promise<void> {
  await fetch(`${emulator.url}/emulator/reset`, { method: "POST" });
  const { session } = siteOf(emulator.url, hands, { merged: { hash: "", message: "" }, pipeline: "" });
  const at = { workspace: "acme", repo_slug: "web" };
  const requests = "/repositories/{workspace}/{repo_slug}/pullrequests";
  const body = { type: "pullrequest" as const, title: "t", source: { branch: { name: "proposed" } } };
  for (let index = 0; index < 2; index++) await session.post(requests, at, body);
  const first = { ...at, pull_request_id: "1" };
  const request = await session.post(`${requests}/{pull_request_id}/merge`, first, {} as never);
  const hash = (request as { merge_commit?: { hash?: string } }).merge_commit?.hash ?? "";
  const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main", selector: { type: "custom", pattern: "pull-request" } }; // prettier-ignore
  const started = await session.post("/repositories/{workspace}/{repo_slug}/pipelines", at, {
    target,
  } as never);
  known = { merged: { hash, message: "" }, pipeline: (started as { uuid?: string }).uuid ?? "" };
}

/** The scopes that an error names. */
const scopesIn = (message: string): string[] => [...new Set(message.match(/\w+:[a-z-]+:bitbucket/g))];
/** The error's message; empty where there is none. */
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "",
    (error: unknown) => (error as Error).message,
  );

const operationsOf = (part: PartName): readonly KnownOperation[] => parts[part].operations;
const byHttp = (operation: string): boolean => operation.includes(" /");

/** The operations that were asked since an entry of the log, by the paths of the contract. */
function asked(since: number): string[] {
  const all: readonly string[] = names.flatMap(operationsOf).filter(byHttp);
  const matching = (method: string, path: string): string => {
    const found = all.filter((operation) => {
      const [verb = "", template = ""] = operation.split(" ");
      const pattern = template.replace(/\{path\}$/, ".+").replace(/\{[^}]+\}/g, "[^/]+");
      return verb === method && new RegExp(`^(/2\\.0)?${pattern}$`).test(path);
    });
    return (
      found.sort((one, other) => one.split("{").length - other.split("{").length)[0] ?? `${method} ${path}`
    );
  };
  const entries = emulator.log
    .since(since)
    .filter(({ path, family }) => !/^\/(emulator|acme\/)/.test(path) && family !== "organizations");
  return [...new Set(entries.map(({ method, path }) => matching(method, path)))].sort();
}

describe.each(names)("the token of %s", (part) => {
  test("is enough for what the part does, which is what the table says", async () => {
    await anew();
    const since = emulator.log.since(0).at(-1)?.id ?? 0;
    await works[part](siteOf(emulator.url, tokenOf(part), known));
    expect(asked(since)).toEqual(operationsOf(part).filter(byHttp).sort());
  });

  // Git's push is no request of the emulator's.
  const needed = scopesFor(operationsOf(part).filter((operation) => operation !== "git push"));
  test.each(needed)("without %s, the work ends with its name", async (scope) => {
    await anew();
    const said = await refusal(works[part](siteOf(emulator.url, tokenWithout(part, scope), known)));
    expect([said, scopesIn(said)]).toEqual([said, [scope]]);
  });
});

interface Pair {
  readonly part: PartName;
  readonly operation: KnownOperation;
  readonly scope: string;
}
const pairs = names.flatMap((part): Pair[] =>
  operationsOf(part).flatMap((operation) =>
    byHttp(operation) ? scopesFor([operation]).map((scope) => ({ part, operation, scope })) : [],
  ),
);

test("each request of each part names the scope that its token lacks", async () => {
  const wrong: string[] = [];
  for (const { part, operation, scope } of pairs) {
    const { session } = siteOf(emulator.url, tokenWithout(part, scope), known);
    const said = await refusal(send(session, operation));
    if (scopesIn(said).join() !== scope) wrong.push(`${part}: ${operation} without ${scope}: ${said}`);
  }
  expect(wrong).toEqual([]);
  expect(pairs.length).toBe(151);
});

type Send = (path: string, at: object, body?: object, options?: object) => Promise<unknown>;

function send(session: Site["session"], operation: KnownOperation): Promise<unknown> {
  const [verb = "", path = ""] = operation.split(" ");
  const method = verb.toLowerCase() as Method;
  const at = new Proxy(somewhere, { get: (has, name: string) => has[name] ?? "1" });
  const ask = session[method].bind(session) as unknown as Send;
  return ask(path, at, ...(method === "put" || method === "post" ? [{}] : []));
}

/** What the provider can do besides. */
const others: readonly KnownOperation[] = [
  "GET /snippets/{workspace}",
  "GET /1.0/groups/{workspace}/{group_slug}/members",
  "GET /workspaces/{workspace}/permissions/repositories/{repo_slug}",
  "POST /repositories/{workspace}/{repo_slug}/pipelines_config/variables",
  "PUT /repositories/{workspace}/{repo_slug}/pipelines_config/variables/{variable_uuid}",
  "DELETE /repositories/{workspace}/{repo_slug}/pipelines_config/variables/{variable_uuid}",
  "POST /workspaces/{workspace}/pipelines-config/variables",
  "PUT /workspaces/{workspace}/pipelines-config/variables/{variable_uuid}",
  "DELETE /workspaces/{workspace}/pipelines-config/variables/{variable_uuid}",
  "GET /repositories/{workspace}/{repo_slug}/pipelines_config",
  "PUT /repositories/{workspace}/{repo_slug}/pipelines_config",
  "POST /workspaces/{workspace}/hooks",
  "PUT /workspaces/{workspace}/hooks/{uid}",
  "DELETE /workspaces/{workspace}/hooks/{uid}",
];

test("both tables say the same of every request that the product sends", () => {
  const differing = [...new Set([...names.flatMap(operationsOf), ...others])]
    .filter(byHttp)
    .flatMap((operation) => {
      const [method, path = ""] = operation.split(" ");
      const shape = (text: string): string => text.replace(/\{[^}]+\}|:\w+(\{[^}]+\})?/g, "*");
      const prefix = path.startsWith("/1.0") ? "" : "/2.0";
      const found = endpoints.find(
        (one) => one.method === method && shape(one.path) === shape(prefix + path),
      );
      const wanted = found?.scopes ?? "no such endpoint";
      const asked = wanted === "public" ? [] : typeof wanted === "string" ? [wanted] : wanted;
      const scopes = "organization" in asked ? [asked.organization] : asked;
      const [ours, theirs] = [scopesFor([operation]), [...scopes].sort()];
      return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [{ operation, ours, theirs }];
    });
  expect(differing).toEqual([]);
});
