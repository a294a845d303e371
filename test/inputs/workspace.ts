/** Inputs about the company, its environments, projects and repositories. */
import type { Kind } from "./kind";

export const workspace: Readonly<Record<string, Kind>> = {
  "name of the company": {
    company: "$",
    single: true,
    path: "company",
    allowed: "the name of the company",
    accepted: String.raw`
      A
      «249»
      "007"
      yes
      "Größe & Söhne <GmbH> \"Bau\" {x} (Ltd.) #1"
      株式会社
    `,
    refused: String.raw`
      ""
      " "
      «250» → a name of 250 characters, 256 with the environment "dev"
      «256»
      007 → 007 without quotes, which YAML takes for a number
      false → false without quotes, which YAML takes for a boolean
      null → null without quotes, which YAML takes for an empty value
      "Acme\0"
      "\uDC00"
    `,
  },
  "name of an environment": {
    adds: { environments: ["$: { type: test }"] },
    used: { adds: { repositories: ["to#: { deploys: [$] }"] }, settings: { environment: "$" } },
    single: true,
    path: "environments.$",
    allowed: "lower-case letters, digits and single dashes",
    accepted: String.raw`
      d
      qa
      uat
      «100»
      "on"
      "null"
    `,
    refused: String.raw`
      ""
      «101»
      Prod
      PROD
      test 1
      1st
      pre_prod
      a.b
      on → on without quotes, which YAML takes for a boolean
      null → null without quotes, which YAML takes for an empty value
    `,
  },
  "key of a project": {
    adds: { projects: ["$: { owner: base, repositories: {} }"] },
    used: { adds: { grants: ["{ team: base, can: [read], on: $ }"] } },
    path: "projects.$",
    allowed: "capital letters, digits and underscores",
    accepted: String.raw`
      P
      P1
      P_1
      «99X»
      «100X»
      "NO"
      "Y"
    `,
    refused: String.raw`
      «101X»
      pay
      Pay
      1P
      _P
      P-A
      P.A
      ÄB
    `,
  },
  "name of a project": {
    adds: { projects: ["NAMED#: { name: $, owner: base, repositories: {} }"] },
    path: "projects.NAMED#.name",
    allowed: "the name of the project",
    accepted: String.raw`
      A
      «255»
      "Zahlung & Söhne (alt)"
    `,
    refused: String.raw`
      ""
      «256»
      1.10 → 1.10 without quotes, which YAML takes for a number
    `,
  },
  "slug of a repository": {
    adds: { repositories: ["$: { deploys: [dev] }"] },
    used: { adds: { grants: ["{ team: base, can: [trigger], on: ONE/$ }"] } },
    path: "projects.ONE.repositories.$",
    allowed: "the slug: lower-case letters, digits, dashes, dots and underscores",
    accepted: String.raw`
      a
      ab
      «99»
      «100»
      .github
      -x
      a.b_c-d
      a.b
      a...b
      constructor
    `,
    refused: String.raw`
      .
      ..
      «101»
      Payments
      a/b
      a b
      a%2fb
      ünit
      007 → 007 without quotes, which YAML takes for a number
      1.10 → 1.10 without quotes, which YAML takes for a number
      1e3 → 1e3 without quotes, which YAML takes for a number
      2027-06-30 → 2027-06-30 without quotes, which YAML takes for a date
    `,
  },
  "slug of a repository, in quotes": {
    adds: { repositories: ["$: { deploys: [dev] }"] },
    path: "projects.ONE.repositories.$",
    allowed: "the slug",
    accepted: String.raw`
      "007"
      "7"
      "1.10"
      "1e3"
      "null"
    `,
    refused: String.raw`
      ""
      " a"
    `,
  },
};
