/** Keycloak's sign-in by SAML, as the realm's data says. */
import { createHash, sign } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import type { OpenId } from "./oidc";
import type { Client, Person, Realm } from "./model";
import { page, type Answered, type Asked } from "./server";

const protocol = "/protocol/saml";

export function answerSaml(realm: Realm, openId: OpenId, path: string, asked: Asked): Answered | undefined {
  if (asked.method !== "GET") return undefined;
  if (path === `${protocol}/descriptor`) return metadata(realm);
  return path === protocol ? begin(realm, openId, asked) : undefined;
}

function metadata({ saml, faults }: Realm): Answered {
  const certificates = saml.keys
    .filter(({ isPublished }) => isPublished)
    .map(({ certificate }) => `<ds:X509Certificate>${certificate}</ds:X509Certificate>`);
  return page(
    `<md:EntityDescriptor entityID="${saml.entityId}">${certificates.join("")}` +
      `<md:SingleSignOnService Location="${saml.signInUrl}"/></md:EntityDescriptor>`,
    faults.metadata ?? 200,
  );
}

function begin(realm: Realm, openId: OpenId, { query }: Asked): Answered {
  const request = inflateRawSync(Buffer.from(query.SAMLRequest ?? "", "base64")).toString("utf8");
  const [, id = ""] = / ID="([^"]*)"/.exec(request) ?? [];
  const [, acs = ""] = / AssertionConsumerServiceURL="([^"]*)"/.exec(request) ?? [];
  const [, issuer = ""] = /<saml:Issuer[^>]*>([^<]*)</.exec(request) ?? [];
  const client = realm.clients.find(({ clientId }) => clientId === issuer);
  if (
    client === undefined ||
    !client.redirectUris.some((uri) => uri === "*" || uri === acs.replaceAll("&amp;", "&"))
  )
    return page('<p class="instruction">Invalid redirect uri</p>', 400);
  return openId.askPassword({
    enters: (person) =>
      page(
        `<form action="${acs}"><input type="hidden" name="SAMLResponse" value="${responseFor(realm, client, person, id)}"/></form>`,
      ),
  });
}

/** Base64 of a response with one assertion. */
function responseFor(realm: Realm, client: Client, person: Person, request: string): string {
  const now = Date.now();
  const [at, until] = [now, now + 60_000].map((moment) => new Date(moment).toISOString());
  const { nameId, nameIdFormat, attributes, isSigned } = realm.saml.says;
  const properties: Readonly<Record<string, unknown>> = { ...person };
  const value = (property: string) => {
    const known = properties[property];
    return typeof known === "string" ? known : property;
  };
  const head = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="assertion" IssueInstant="${at ?? ""}" Version="2.0"><saml:Issuer>${realm.issuer}</saml:Issuer>`;
  const rest = [
    `<saml:Subject><saml:NameID Format="${nameIdFormat}">${value(nameId)}</saml:NameID>`,
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="${request}" NotOnOrAfter="${until ?? ""}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>`,
    `<saml:Conditions NotOnOrAfter="${until ?? ""}"><saml:AudienceRestriction><saml:Audience>${client.clientId}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
    "<saml:AttributeStatement>",
    ...Object.entries(attributes).map(
      ([name, property]) =>
        `<saml:Attribute Name="${name}"><saml:AttributeValue>${value(property)}</saml:AttributeValue></saml:Attribute>`,
    ),
    "</saml:AttributeStatement></saml:Assertion>",
  ].join("");
  const signature = isSigned ? signatureOf(realm, head + rest) : "";
  const xml = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="response" InResponseTo="${request}" Version="2.0">${head}${signature}${rest}</samlp:Response>`;
  return Buffer.from(xml).toString("base64");
}

/** Of an assertion that is written in canonical form, by the active key of the highest priority. */
function signatureOf({ saml }: Realm, assertion: string): string {
  const [first] = saml.keys
    .filter(({ status }) => status === "ACTIVE")
    .sort((a, b) => b.providerPriority - a.providerPriority);
  if (first === undefined) return "";
  const digest = createHash("sha256").update(assertion).digest("base64");
  const ds = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"';
  const c14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
  const signed = (namespace: string) =>
    `<ds:SignedInfo${namespace}><ds:CanonicalizationMethod Algorithm="${c14n}"></ds:CanonicalizationMethod>` +
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>' +
    '<ds:Reference URI="#assertion"><ds:Transforms>' +
    '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>' +
    `<ds:Transform Algorithm="${c14n}"></ds:Transform></ds:Transforms>` +
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>' +
    `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
  const value = sign("sha256", Buffer.from(signed(` ${ds}`)), first.key).toString("base64");
  return `<ds:Signature ${ds}>${signed("")}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`;
}
