/**
 * The settings of the sign-in to Bitbucket. Data Center is told by OIDC; Cloud by SAML, through Atlassian Guard, whose
 * addresses hold an id that Atlassian makes up: nothing in them may be a pattern, since whoever receives at an address
 * that one covers receives everybody's sign-ins.
 */
import type { z } from "zod";
import { keyed, type shapes } from "../file/shapes";

export interface SignIn {
  /** `oidc`: Bitbucket Data Center. `saml`: Bitbucket Cloud, through Atlassian Guard. */
  readonly kind: "oidc" | "saml";
  /** Address of the Bitbucket that people sign in to. */
  readonly url: string;
  /** Of `saml`: what follows `saml-` in the addresses that Atlassian shows; `pending` until it has; `none` for `oidc`. */
  readonly connection: string;
  /** How Bitbucket learns of a new secret: people paste it, or Data Center's REST is told. */
  readonly publish: "hand" | "rest";
}

/** Where Atlassian takes people in, once it has made up a connection. */
export interface ServiceProvider {
  readonly entityId: string;
  /** The assertion consumer service: where a person's browser takes the response to. */
  readonly acs: string;
}

/**
 * Atlassian's "Configure SAML single sign-on with an identity provider".
 *
 * @returns undefined as long as Atlassian has shown no connection
 */
export function serviceProviderOf({ kind, connection }: SignIn): ServiceProvider | undefined {
  if (kind !== "saml" || connection === "pending") return undefined;
  return {
    entityId: `https://auth.atlassian.com/saml/${connection}`,
    acs: `https://auth.atlassian.com/login/callback?connection=saml-${connection}`,
  };
}

const exactId = /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/;
const samlWords =
  'what follows "saml-" in the address that Atlassian shows, as in 1f0e5c3a-7d2b-4c8e-9a41-6b5d0e2f7c13, or pending until it has shown it';
const connectionWords = `${samlWords}, or none for oidc`;
/** The id of a client and an address hold it, each of 255 characters at most. */
const connectionRule = { pattern: exactId, words: connectionWords, longest: 100 };

/** Behind it comes the path that people return to: Keycloak keeps 255 characters of that. */
const longestUrl = 224;
const tooLong = {
  error: `${longestUrl} characters at most`,
  params: { found: "a longer address", fix: "shorten it" },
};

type Strict = Pick<ReturnType<typeof shapes>, "map" | "choice">;

/** Schema of the setting `signIn`. An oidc sign-in has no connection; a saml one has one, and is published by hand. */
export function signInSetting({ map, choice }: Strict, url: z.ZodType<string>) {
  return map(
    {
      kind: choice(["oidc", "saml"]).describe(
        "`oidc`: Bitbucket Data Center. `saml`: Bitbucket Cloud, through Atlassian Guard.",
      ),
      url: url
        .refine(({ length }) => length <= longestUrl, tooLong)
        .describe("Address of the Bitbucket that people sign in to."),
      connection: keyed(connectionRule).describe(
        "Of `saml`, what Atlassian calls the connection; `pending` until it has shown it.",
      ),
      publish: choice(["hand", "rest"]).describe(
        "How Bitbucket learns of a new secret: people paste it, or Data Center's REST is told.",
      ),
    },
    "{ kind: oidc, url: https://bitbucket.acme.example, connection: none, publish: hand }",
  ).check((payload) => {
    const { kind, connection, publish } = payload.value;
    const refuse = (setting: string, found: string, message: string, fix: string) =>
      payload.issues.push({
        code: "custom",
        path: [setting],
        input: payload.value,
        message,
        params: { found, fix },
      });
    if (!exactId.test(connection)) return;
    if (kind === "oidc" && connection !== "none")
      refuse(
        "connection",
        `"${connection}", and kind oidc`,
        "none",
        "set connection to none, or kind to saml",
      );
    if (kind === "saml" && connection === "none")
      refuse(
        "connection",
        '"none", and kind saml',
        samlWords,
        'write "pending", bring the stack up, and follow the steps of its output bitbucketSignIn',
      );
    if (kind === "saml" && publish === "rest")
      refuse(
        "publish",
        '"rest", and kind saml',
        "hand",
        "set publish to hand: Atlassian has no API for this",
      );
  });
}
