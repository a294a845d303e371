/**
 * The two pages that a sign-in goes through: one that leads to the issuer, and the one that a person comes back to with a
 * code, which is redeemed by the client's secret. It really signs in: by authorization code with PKCE, as a relying party
 * that checks what comes back.
 */
import { Hono } from "hono";
import { randomBytes } from "node:crypto";
import type { Configuration } from "./configuration";

export type Redeems = "begun" | "current";

export interface SignInPagesOptions {
  readonly kept: ReadonlyMap<number, Configuration>;
  readonly redeems: () => Redeems;
  /** Where it is reached. */
  readonly url: () => string;
}

interface Begun {
  readonly configuration: Configuration;
  readonly verifier: string;
}

/**
 * `/external-login/<id>` and `/oidc/callback`.
 *
 * @param url address of this server, known once it listens
 */
export function signInPages({ kept, redeems, url }: SignInPagesOptions): Hono {
  const underWay = new Map<string, Begun>();
  const app = new Hono();

  app.get("/external-login/:id{[0-9]+}", async (context) => {
    const configuration = kept.get(Number(context.req.param("id")));
    if (configuration?.enabled !== true) return context.text("there is no such way to sign in", 404);
    const openid = await import("openid-client");
    const [state, verifier] = [randomBytes(16).toString("hex"), openid.randomPKCECodeVerifier()];
    underWay.set(state, { configuration, verifier });
    const start = openid.buildAuthorizationUrl(await discover(configuration), {
      redirect_uri: `${url()}/plugins/servlet/oidc/callback`,
      scope: "openid",
      state,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    return context.redirect(start.href);
  });

  app.get("/oidc/callback", async (context) => {
    const state = context.req.query("state") ?? "";
    const begun = underWay.get(state);
    if (begun === undefined) return context.text("no sign-in has begun here", 400);
    underWay.delete(state);
    const { configuration, verifier } = begun;
    const current = kept.get(configuration.id) ?? configuration;
    const openid = await import("openid-client");
    try {
      const client = await discover(redeems() === "begun" ? configuration : current);
      const came = new URL(`${url()}${new URL(context.req.url).pathname}${new URL(context.req.url).search}`);
      const tokens = await openid.authorizationCodeGrant(client, came, {
        pkceCodeVerifier: verifier,
        expectedState: state,
      });
      return context.text(`signed in as ${nameIn(tokens.claims() ?? {}, current)}`);
    } catch (error) {
      const { error: code = "", error_description: about = "" } = error as Record<string, string | undefined>;
      return context.text(`refused: ${code} ${about} ${(error as Error).message}`, 401);
    }
  });
  return app;
}

async function discover(configuration: Configuration) {
  const openid = await import("openid-client");
  const issuer = new URL(configuration["issuer-url"]);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; a server on this machine speaks http
  const execute = issuer.protocol === "http:" ? [openid.allowInsecureRequests] : [];
  return openid.discovery(issuer, configuration["client-id"], configuration["client-secret"], undefined, {
    execute,
  });
}

/** The mapping is a template: `${preferred_username}`. */
function nameIn(
  claims: Readonly<Record<string, unknown>>,
  { "username-claim": template = "" }: Configuration,
): string {
  return template.replace(/\$\{(\w+)\}/g, (_, claim: string) => String(claims[claim]));
}
