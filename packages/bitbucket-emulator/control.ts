/**
 * The emulator's own endpoints, under a prefix that Bitbucket does not have: for tests and people, on this
 * machine only, since they ask for no credential.
 */
import { getConnInfo } from "@hono/node-server/conninfo";
import { Hono } from "hono";
import { type Clock } from "./clock";
import { type State } from "./entities";
import { type Faults } from "./faults";
import { branchesOf } from "./git/bare";
import { rotationKeys } from "./oidc";
import { slugOf } from "./identifiers";
import { type Readings } from "./readings";
import { type RequestLog } from "./requestLog";
import { organizationOf } from "./seed";
import { organization } from "./seedSchema";

export interface Control {
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly readings: () => Readings;
  /** Plays other readings from now on. @throws if one is none */
  readonly read: (chosen: unknown) => Readings;
  readonly state: () => State;
  /** Back to the seed that the emulator was started with. @throws if there was none */
  readonly reset: () => Promise<void>;
  /** Starts over from another seed. @throws if it is none */
  readonly seed: (seed: unknown) => Promise<void>;
}

/** Whether a peer is on this machine, by its IPv4 or IPv6 address. */
export function isLoopback(address: string | undefined): boolean {
  return /^((::ffff:)?127\.\d+\.\d+\.\d+|::1)$/.test(address ?? "");
}

/** Answers 403 to any other machine, and 400 with the message where something is wrong with the request. */
export function controlApp({ log, faults, clock, readings, read, state, reset, seed }: Control): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    if (!isLoopback(getConnInfo(context).remote.address))
      return context.json({ error: "only from this machine" }, 403);
    await next();
    return undefined;
  });
  app.get("/log", (context) => {
    const since = Number(context.req.query("since") ?? 0);
    if (!Number.isInteger(since)) return context.json({ error: "since: expected the id of an entry" }, 400);
    return context.json(log.since(since));
  });
  app.get("/state", (context) => context.json(publicState(state())));
  app.post("/reset", async (context) => {
    await reset();
    return context.body(null, 204);
  });
  app.get("/faults", (context) => context.json(faults.list()));
  app.post("/faults", async (context) => {
    const body: unknown = await context.req.json();
    for (const fault of Array.isArray(body) ? (body as unknown[]) : [body]) faults.add(fault);
    return context.json(faults.list(), 201);
  });
  app.delete("/faults", (context) => {
    faults.clear();
    return context.body(null, 204);
  });
  app.get("/readings", (context) => context.json(readings()));
  // Readings that are not named are the first again.
  app.put("/readings", async (context) => context.json(read(await context.req.json())));
  app.get("/clock", (context) => context.json({ now: clock.text() }));
  app.post("/clock", async (context) => {
    const { advance } = (await context.req.json<{ advance?: unknown } | null>()) ?? {};
    clock.advance(Number(advance));
    return context.json({ now: clock.text() });
  });
  // The key that step tokens are signed with: another one; `keep: false` no longer publishes those before it.
  app.post("/keys", async (context) => {
    const { keep } = (await context.req.json<{ keep?: unknown } | null>()) ?? {};
    if (typeof keep !== "boolean") return context.json({ error: "keep: expected true or false" }, 400);
    await rotationKeys(state(), keep);
    return context.body(null, 204);
  });
  // What people do in Bitbucket's pages and in Atlassian's, for which there is no API: another slug of the workspace, a
  // repository that goes to another one, another address of an account.
  app.post("/workspace", async (context) => {
    const { slug } = (await context.req.json<{ slug?: unknown } | null>()) ?? {};
    if (typeof slug !== "string" || slug === "") return context.json({ error: "slug: expected a text" }, 400);
    state().workspace.slug = slug;
    return context.body(null, 204);
  });
  app.post("/transfer", async (context) => {
    const { repository, workspace } = (await context.req.json<Record<string, unknown> | null>()) ?? {};
    const { repositories } = state();
    const gone = repositories.find(({ slug }) => slug === repository);
    if (gone === undefined || typeof workspace !== "string")
      return context.json({ error: "expected the slug of a repository and of another workspace" }, 400);
    repositories.splice(repositories.indexOf(gone), 1);
    const { uuid, slug, formerly = [] } = gone;
    state().transferred = [...(state().transferred ?? []), { uuid, slugs: [slug, ...formerly], workspace }];
    return context.body(null, 204);
  });
  // What Atlassian does to a workspace: links it to an organisation, or has it administered there from now on.
  app.post("/organization", async (context) => {
    const parsed = organization.safeParse(await context.req.json());
    if (!parsed.success) return context.json({ error: parsed.error.message }, 400);
    const groups = parsed.data.groups.map(({ name, externalSynced }) => ({
      ...{ slug: slugOf(name), name, externalSynced, members: [] },
    }));
    state().workspace.organization = organizationOf(parsed.data, groups);
    return context.body(null, 204);
  });
  // An invitation is accepted by a link in an e-mail.
  app.post("/accept", async (context) => {
    const { email } = (await context.req.json<{ email?: unknown } | null>()) ?? {};
    const account = state().accounts.find((one) => one.email === email && one.invited);
    if (account === undefined) return context.json({ error: "email: expected that of an invitation" }, 400);
    delete account.invited;
    account.member = true;
    return context.body(null, 204);
  });
  app.post("/address", async (context) => {
    const { account, email } = (await context.req.json<Record<string, unknown> | null>()) ?? {};
    const found = state().accounts.find(({ uuid }) => uuid === account);
    if (found === undefined || typeof email !== "string" || email === "")
      return context.json({ error: "expected the UUID of an account and an address" }, 400);
    found.email = email;
    return context.body(null, 204);
  });
  app.post("/seed", async (context) => {
    // The parser's own message would quote the text, tokens and all.
    const body: unknown = await context.req.json().catch(() => {
      throw new Error("seed: not JSON");
    });
    await seed(body);
    return context.body(null, 204);
  });
  app.onError((error, context) => context.json({ error: error.message }, 400));
  return app;
}

const hidden: readonly string[] = [
  "signingKey",
  "formerKeys",
  "tokens",
  "accessTokens",
  "keyHash",
  "secret",
  "folder",
];

/** The state and the branches, without anything secret: values of secured variables, hashes of tokens, the signing key. */
function publicState(state: State): unknown {
  const repositories = state.repositories.map((each) => ({ ...each, branches: branchesOf(each) }));
  return JSON.parse(
    JSON.stringify({ ...state, repositories }, (key, value: unknown) => {
      if (hidden.includes(key)) return undefined;
      const { secured, value: content } = (value ?? {}) as { secured?: unknown; value?: unknown };
      return secured === true && content !== undefined ? { ...(value as object), value: undefined } : value;
    }),
  );
}
