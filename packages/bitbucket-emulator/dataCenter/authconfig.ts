/**
 * `/rest/authconfig/1.0/idps`: lists the configurations, shows one, changes one. For system administrators alone, by an
 * HTTP access token. What Atlassian's examples do not show is refused.
 * https://support.atlassian.com/jira/kb/rest-apis-to-get-update-delete-sso-configuration-on-jira-data-center
 */
import { Hono } from "hono";
import { asKept, change, shown, type Configuration } from "./configuration";

export interface AuthconfigOptions {
  readonly kept: Map<number, Configuration>;
  readonly tokens: Readonly<Record<string, "system administrator" | "user">>;
  readonly log: string[];
  readonly fault: (request: string) => number | "lose" | undefined;
}

/** Faults fail before the change, or after it with the answer lost; every request is logged, refused ones too. */
export function authconfig({ kept, tokens, log, fault }: AuthconfigOptions): Hono {
  const app = new Hono();
  app.use("*", async (context, next) => {
    const request = `${context.req.method} ${context.req.path}`;
    log.push(request);
    const token = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1];
    const who = token === undefined ? undefined : tokens[token];
    if (who === undefined) return said(401, "client must be authenticated to access this resource");
    if (who === "user") return said(403, "client must be a system administrator");
    const fails = fault(request);
    if (typeof fails === "number") return said(fails, `a fault, on demand`);
    await next();
    if (fails === "lose") context.res = said(502, "the answer was lost");
    return undefined;
  });
  app.get("/idps", (context) => context.json({ results: [...kept.values()].map(shown) }));
  app.get("/idps/:id{[0-9]+}", (context) => {
    const found = kept.get(Number(context.req.param("id")));
    return found ? context.json(shown(found)) : said(404, "there is no such configuration");
  });
  app.patch("/idps/:id{[0-9]+}", async (context) => {
    const id = Number(context.req.param("id"));
    const was = kept.get(id);
    if (was === undefined) return said(404, "there is no such configuration");
    if (!/^application\/json\b/.test(context.req.header("content-type") ?? ""))
      return said(415, "JSON is needed");
    const parsed = change.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) return said(400, parsed.error.issues.map(({ message }) => message).join("; "));
    const is = asKept(id, { ...was, ...parsed.data });
    kept.set(id, is);
    return context.json(shown(is));
  });
  app.all("*", (context) =>
    said(405, `${context.req.method} ${context.req.path} is not in Atlassian's examples`),
  );
  return app;
}

function said(status: number, message: string): Response {
  return Response.json({ errors: [{ message }] }, { status });
}
