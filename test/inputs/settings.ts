/** Inputs in a stack file. */
import type { Kind } from "./kind";

const session = { "rotation.signingKeys": "24855 days", "lifetimes.session": "$" };

export const settings: Readonly<Record<string, Kind>> = {
  realm: {
    settings: { "keycloak.realm": "$" },
    single: true,
    path: "keycloak.realm",
    allowed: "lower-case letters, digits and single dashes",
    accepted: String.raw`
      a
      ab
      abc
      «35»
      «36»
      "null"
    `,
    refused: String.raw`
      ""
      «37»
      Acme
      acme_dev
      acme dev
      acme/dev
      master → the realm "master", by which Keycloak's administrators sign in
      007 → 7
    `,
  },
  workspace: {
    settings: { "bitbucket.workspace": "$" },
    single: true,
    path: "bitbucket.workspace",
    allowed: "the slug: lower-case letters, digits, dashes and underscores",
    accepted: String.raw`
      a
      a_b-1
      "007"
      «200»
    `,
    refused: String.raw`
      ""
      Acme
      acme/x
      "{00000000-0000-4000-8000-0000000000c1}"
      «201»
    `,
  },
  "address that people sign in to": {
    settings: { "signIn.url": "$" },
    single: true,
    path: "signIn.url",
    allowed: "an https address",
    accepted: String.raw`
      https://b.co
      https://BITBUCKET.inputs.example:443/git/
      http://127.0.0.1:7990
      https://bücher.example
      https://b.co/«211»
    `,
    refused: String.raw`
      ""
      bitbucket.example
      http://bitbucket.example
      https://b.co/«212» → a longer address
    `,
  },
  "connection of SAML": {
    settings: {
      "signIn.kind": "saml",
      "signIn.url": "https://bitbucket.org",
      "signIn.connection": "$",
    },
    single: true,
    path: "signIn.connection",
    allowed: 'what follows "saml-"',
    accepted: String.raw`
      pending
      1f0e5c3a-7d2b-4c8e-9a41-6b5d0e2f7c13
      "007"
      «100»
    `,
    refused: String.raw`
      ""
      «101»
      a_b
      saml-
      none → "none", and kind saml
    `,
  },
  "life of an entry of the event log": {
    settings: { "lifetimes.events": "$" },
    single: true,
    path: "lifetimes.events",
    allowed: "a number and a unit",
    accepted: String.raw`
      1 second
      1 minute
      24855 days
    `,
    refused: String.raw`
      0 minutes
      30
      30 d
      1.5 hours
      -1 hours
      24856 days → "24856 days"
      999999 days → "999999 days"
      1000000 days
    `,
  },
  "life of a session": {
    settings: session,
    single: true,
    path: "lifetimes.session",
    allowed: "a number and a unit",
    accepted: String.raw`
      30 minutes
      596520 hours
    `,
    refused: String.raw`
      0 hours
    `,
  },
};
