/**
 * Plays Atlassian: signs a person in by SAML, with a library that knows nothing of Keycloak, by the forms of Keycloak's
 * pages. What it accepts is what a partner would that pinned one certificate.
 */
import { SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import type { ServiceProvider } from "../../access";
import { actionOf, type Page } from "./browser";
import type { Context } from "./check";
import { pageAfterLogin, signIn, standsInTheWay } from "./relyingParty";
import type { ThrowAwayPerson } from "./throwAway";

type Person = Pick<ThrowAwayPerson, "username" | "password">;

/** The realm, as a partner has it typed in. */
export interface Pinned {
  readonly issuer: string;
  /** PEM. */
  readonly certificate: string;
}

export interface Assertion {
  readonly nameId: string;
  readonly nameIdFormat: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** How NameID says that it is an e-mail address. */
export const emailFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";

/**
 * The library, set as Atlassian is: signed assertions, whose response need not be signed, answer a request of its
 * own.
 */
export function partner({ entityId, acs }: ServiceProvider, { issuer, certificate }: Pinned): SAML {
  return new SAML({
    issuer: entityId,
    audience: entityId,
    callbackUrl: acs,
    entryPoint: `${issuer}/protocol/saml`,
    idpIssuer: issuer,
    idpCert: certificate,
    identifierFormat: emailFormat,
    disableRequestedAuthnContext: true,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    validateInResponseTo: ValidateInResponseTo.always,
    // Both clocks may be a little off.
    acceptedClockSkewMs: 5000,
  });
}

/** Where a sign-in begins, with a request of the partner's. */
export function beginAt(saml: SAML): Promise<string> {
  return saml.getAuthorizeUrlAsync("", undefined, {});
}

/**
 * What the browser is to hand on to the partner, from the page that follows the password.
 *
 * @throws Error if the page holds no response, or one for another address than `acs`
 */
export function responseIn(page: Page, acs: string): string {
  const response = /name="SAMLResponse"\s+value="([^"]*)"/i.exec(page.text)?.[1];
  if (response === undefined) throw new Error(standsInTheWay(page));
  const goes = actionOf(page);
  if (goes !== acs) throw new Error(`the response goes to ${goes}, not to ${acs}`);
  return response
    .replaceAll("&#43;", "+")
    .replaceAll("&#61;", "=")
    .replaceAll("&#x2b;", "+")
    .replaceAll("&#x3d;", "=");
}

/** @throws Error if the signature is another's, or anything in it is not as a partner needs it */
export async function accepted(saml: SAML, response: string): Promise<Assertion> {
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response });
  if (profile === null) throw new Error("the response holds no person");
  const attributes = (profile.attributes ?? {}) as Record<string, unknown>;
  return { nameId: profile.nameID, nameIdFormat: profile.nameIDFormat, attributes };
}

/** @throws Error where the person does not get through */
export function samlSignIn(
  context: Pick<Context, "throwAway">,
  provider: ServiceProvider,
  pinned: Pinned,
  person: Person,
): Promise<Assertion> {
  return context.throwAway.inLine(person, async () => {
    const saml = partner(provider, pinned);
    const page = await pageAfterLogin(await beginAt(saml), provider.acs, person);
    return accepted(saml, responseIn(page, provider.acs));
  });
}

/**
 * Signs in, whichever way this stack's people do; what comes of it does not matter.
 *
 * @throws Error where the person does not get through
 */
export async function enter(context: Context, person: Person): Promise<unknown> {
  if (context.settings.signIn.kind === "oidc") return signIn(context, person);
  const { clientId: entityId, redirectUri: acs } = context.client;
  return context.throwAway.inLine(person, async () => {
    const saml = partner({ entityId, acs }, { issuer: context.endpoints.issuer, certificate: "none" });
    return responseIn(await pageAfterLogin(await beginAt(saml), acs, person), acs);
  });
}
