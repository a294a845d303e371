/**
 * The HTTP side of the emulator: every endpoint of the table behind the same checks, in the order in which
 * Bitbucket makes them (is there such an endpoint, who asks, with which scopes, what for), and every request
 * in the log.
 */
import { say } from "@bitbucket-keycloak/output";
import { type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, type Hono, type HonoRequest, type MiddlewareHandler } from "hono";
import { STATUS_CODES } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { nothing } from "./body";
import { type ErrorBody } from "./contract";
import { checkOrganizationScope, checkScopes, identify, identifyOrganization, nobody } from "./credentials";
import { type Endpoint, type Reply, type World } from "./endpoint";
import { type Account } from "./entities";
import { ApiError, ContractError, Moved } from "./errors";
import { describe, type Fault, type Faults } from "./faults";
import { settleOrganization } from "./organization";
import { type LogEntry, type RequestLog } from "./requestLog";
import { activityEndpoints } from "./routes/activity";
import { approvalEndpoints } from "./routes/approvals";
import { commentEndpoints } from "./routes/comments";
import { deployKeyEndpoints } from "./routes/deployKeys";
import { environmentEndpoints, settleChanges } from "./routes/environments";
import { groupEndpoints } from "./routes/groups";
import { historyEndpoints } from "./routes/history";
import { hookEndpoints } from "./routes/hooks";
import { insightEndpoints } from "./routes/insights";
import { oidcEndpoints } from "./routes/oidc";
import { mergeEndpoints } from "./routes/merging";
import { managedAccountEndpoints } from "./routes/managedAccounts";
import { organizationEndpoints } from "./routes/organizations";
import { organizationPeopleEndpoints } from "./routes/organizationPeople";
import { permissionEndpoints } from "./routes/permissions";
import { pipelineEndpoints } from "./routes/pipelines";
import { projectEndpoints } from "./routes/projects";
import { pullRequestEndpoints } from "./routes/pullRequests";
import { repositoryLifeEndpoints } from "./routes/repositoryLife";
import { removedEndpoints } from "./routes/removed";
import { restrictionEndpoints } from "./routes/restrictions";
import { scheduleEndpoints } from "./routes/schedules";
import { sourceEndpoints } from "./routes/source";
import { statusEndpoints } from "./routes/statuses";
import { variableEndpoints } from "./routes/variables";
import { workspaceEndpoints } from "./routes/workspace";

/** The whole API. */
export const endpoints: readonly Endpoint[] = [
  ...workspaceEndpoints,
  ...projectEndpoints,
  ...repositoryLifeEndpoints,
  ...permissionEndpoints,
  ...removedEndpoints,
  ...restrictionEndpoints,
  ...environmentEndpoints,
  ...variableEndpoints,
  ...groupEndpoints,
  ...organizationEndpoints,
  ...organizationPeopleEndpoints,
  ...managedAccountEndpoints,
  ...sourceEndpoints,
  ...historyEndpoints,
  ...pullRequestEndpoints,
  ...approvalEndpoints,
  ...mergeEndpoints,
  ...activityEndpoints,
  ...pipelineEndpoints,
  ...scheduleEndpoints,
  ...hookEndpoints,
  ...deployKeyEndpoints,
  ...commentEndpoints,
  ...statusEndpoints,
  ...insightEndpoints,
  ...oidcEndpoints,
];

/** What a request leaves for the log. */
interface Variables {
  family?: string;
  account?: string;
  fault?: Fault;
  /** Of its answer, whatever that will be. */
  headers?: Readonly<Record<string, string>>;
}
interface Env {
  Bindings: HttpBindings;
  Variables: Variables;
}
type Handled = Context<Env>;

export type App = Hono<Env>;

/** Adds Bitbucket's API over a world to an app; what no earlier route takes is held to be meant for it. */
export function addApi(app: App, world: World, log: RequestLog, faults: Faults): void {
  app.use(recorded(log));
  app.use(faulty(faults));
  for (const each of endpoints) app.on(each.method, each.path, (context) => answer(each, world, context));
  for (const path of new Set(endpoints.map((each) => each.path))) {
    app.all(path, ({ req }) => {
      throw new ContractError(405, `unknown method ${req.method} of ${path}`);
    });
  }
  app.notFound(({ req }) => refuse(new ContractError(404, `unknown path ${req.path}`)));
  app.onError((error, context) => refuse(error, context.var.headers));
}

async function answer(endpoint: Endpoint, world: World, context: Handled): Promise<Response> {
  context.set("family", endpoint.family);
  const url = new URL(context.req.url);
  if (world.manner === "strict") checkQuery(endpoint, url);
  const account = admit(endpoint, world, context);
  const read = endpoint.body ?? nothing;
  // Its own reader made it: what the handler expects, whatever that is.
  const body = (await read(context.req as HonoRequest, world.manner)) as never;
  const param = (name: string): string => context.req.param(name) ?? "";
  const { state } = world.store;
  settleChanges(state, world.clock.now());
  settleOrganization(state, world.clock.now());
  const reply = await endpoint.handle({ world, state, account, url, body, param });
  if (endpoint.method !== "GET") await world.store.saved();
  return respond(reply, context.var.headers);
}

/** The account that asks, once it is seen that it may ask for this at all, and now. */
function admit({ scopes, family }: Endpoint, world: World, context: Handled): Account {
  if (scopes === "public") return nobody;
  const { state } = world.store;
  const authorization = context.req.header("authorization");
  if ("organization" in scopes) {
    const key = identifyOrganization(state, authorization);
    context.set("account", key.email);
    checkOrganizationScope(state, scopes.organization);
    return key;
  }
  const caller = identify(state, authorization);
  const { account, accessToken } = caller;
  context.set("account", account.email);
  const headers = world.meter.take({ uuid: account.uuid, scaled: accessToken }, context.req.path);
  context.set("headers", headers);
  checkScopes(caller, scopes);
  if (accessToken && (family === "permissions" || family === "groups")) {
    throw new ApiError(403, "This endpoint does not take access tokens.");
  }
  return account;
}

function checkQuery(endpoint: Endpoint, url: URL): void {
  const allowed = [...(endpoint.query ?? []), ...(endpoint.paged ? ["page", "pagelen"] : [])];
  for (const name of url.searchParams.keys()) {
    if (!allowed.includes(name)) throw new ContractError(400, `unknown query parameter ${name}`);
  }
}

function respond({ status, body, headers: own = {} }: Reply, common: Variables["headers"]): Response {
  const headers = { ...common, ...own };
  const isFile = body instanceof Uint8Array;
  if (typeof body === "object" && !isFile) return Response.json(body, { status, headers });
  const type: Record<string, string> =
    body === undefined ? {} : { "content-type": "text/plain; charset=utf-8" };
  return new Response(isFile ? new Uint8Array(body) : (body ?? null), {
    status,
    headers: { ...type, ...headers },
  });
}

/** Bitbucket's error body; what nobody foresaw is a 500 that tells nothing of the inside. */
function refuse(error: Error, common: Variables["headers"] = {}): Response {
  if (!(error instanceof ApiError)) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return Response.json({ type: "error", error: { message: "Something went wrong" } }, { status: 500 });
  }
  const headers: Record<string, string> = { ...common };
  if (error instanceof Moved) headers.location = error.location;
  if (error.status === 401) headers["www-authenticate"] = 'Basic realm="Bitbucket"';
  if (error instanceof ContractError) headers[strictHeader] = error.message;
  return Response.json(error.body, { status: error.status, headers });
}

/** Tells the log, and whoever debugs a client, that a request was outside the contract. */
const strictHeader = "x-emulator-strict";

/** Lets a fault strike: before the endpoint acts, or in place of its answer. */
function faulty(faults: Faults): MiddlewareHandler<Env> {
  return async (context, next) => {
    const fault = faults.next(context.req.method, new URL(context.req.url).pathname);
    if (fault === undefined) {
      await next();
      return undefined;
    }
    context.set("fault", fault);
    if (fault.delay !== undefined) await pause(fault.delay);
    const instead = fault.status !== undefined || fault.reset === true;
    if (!instead || fault.when === "after") await next();
    if (!instead) return undefined;
    // An answer that is there already is replaced as a whole, its headers included.
    context.res = undefined;
    if (fault.reset) context.env.incoming.socket.resetAndDestroy();
    context.res = fault.reset ? RESPONSE_ALREADY_SENT : struck(fault);
    return undefined;
  };
}

function struck({ status = 500, announcement }: Fault): Response {
  const message = STATUS_CODES[status] ?? "Something went wrong";
  const data = announcement === undefined ? {} : { data: { announcement_url: announcement } };
  const body: ErrorBody = { type: "error", error: { message, ...data } };
  return Response.json(body, { status });
}

function recorded(log: RequestLog): MiddlewareHandler<Env> {
  return async (context, next) => {
    const started = performance.now();
    const time = new Date().toISOString();
    await next();
    const { pathname, search } = new URL(context.req.url);
    const { fault } = context.var;
    const strict = context.res.headers.get(strictHeader);
    const entry: Omit<LogEntry, "id"> = {
      time,
      method: context.req.method,
      path: pathname,
      query: search.slice(1),
      status: fault?.reset ? 0 : context.res.status,
      ...(context.var.account ? { account: context.var.account } : {}),
      milliseconds: Math.round((performance.now() - started) * 10) / 10,
      ...(context.var.family ? { family: context.var.family } : {}),
      ...(strict === null ? {} : { strict }),
      ...(fault === undefined ? {} : { fault: describe(fault) }),
    };
    log.add(entry);
  };
}
