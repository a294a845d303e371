/** Inputs about people. Keycloak creates them, so its user profile and its columns decide. */
import type { Kind } from "./kind";

export const people: Readonly<Record<string, Kind>> = {
  "user name": {
    adds: { people: ["$: { name: Pat Doe, email: p#@inputs.example }"] },
    path: "people.$",
    allowed: "lower-case letters, digits and . _ @ + -",
    accepted: String.raw`
      abc
      «254»
      «255»
      "007"
      "1.10"
      "1e3"
      "yes"
      "null"
      "2027-06-30"
      !!str 0042
      196ikuchil
      ana.alvarez
      a.b-c_d+e
      a--..__
      dora@elsewhere.example
      constructor
      then
      agents
      release-bot
      developers
      service-account
    `,
    refused: String.raw`
      ""
      j → the user name "j" of 1 characters
      jd → the user name "jd" of 2 characters
      "42" → the user name "42" of 2 characters
      «256»
      Dora
      DORA
      " dora"
      dora lind
      dörte
      дора
      李雷
      o'neil
      .dora
      _dora
      acme/dora
      acme\dora
      "do\tra"
      "dora\n"
      007 → 007 without quotes, which YAML takes for a number
      1.10 → 1.10 without quotes, which YAML takes for a number
      1e3 → 1e3 without quotes, which YAML takes for a number
      yes → yes without quotes, which YAML takes for a boolean
      null → null without quotes, which YAML takes for an empty value
      2027-06-30 → 2027-06-30 without quotes, which YAML takes for a date
      ana@inputs.example → the user name "ana@inputs.example", which is the address of somebody else
      service-account-pipeline-a.api.dev → the user name "service-account-pipeline-a.api.dev", as Keycloak calls the account of a client
    `,
  },
  "user name of a directory": {
    adds: { people: ["$: { name: 'Jo (Ops) [x] & Söhne / \"jd\"', email: p#@inputs.example }"] },
    settings: { "keycloak.people": "external" },
    single: true,
    path: "people.$",
    allowed: "lower-case letters, digits and . _ @ + -",
    accepted: String.raw`
      j
      jd
      "42"
    `,
    refused: String.raw`
      Dora
      «256»
      service-account-pipeline-a.api.dev → the user name "service-account-pipeline-a.api.dev", as Keycloak calls the account of a client
    `,
  },
  "name of a person": {
    adds: { people: ["named#: { name: $, email: n#@inputs.example }"] },
    path: "people.named#.name",
    allowed: "",
    accepted: String.raw`
      A
      Jo
      Ann
      «254»
      «255»
      "  Ana   Alvarez "
      Ana d'Été-Ruiz
      "O’Neil-Smith, Jr."
      "Ana: Maria @ +1"
      "Zoe\u0308 Kranz"
      Дора Иванова
      李雷
      محمد علي
      नीना राव
      "Ana \U0001F984"
      "007"
      yes
      2027-06-30
    `,
    refused: String.raw`
      ""
      " "
      "\t"
      «256»
      "Ana (Ops)" → the character "(" in the name
      "Ana [Ops]" → the character "[" in the name
      "Ana {Ops}" → the character "{" in the name
      Ana/Ben → the character "/" in the name
      'Ana \ Ben' → the character "\\" in the name
      Ana & Ben → the character "&" in the name
      'Ana "A" Ruiz' → the character "\"" in the name
      Ana < Ben → the character "<" in the name
      Ana > Ben → the character ">" in the name
      Ana; Ben → the character ";" in the name
      Ana $ → the character "$" in the name
      "100% Ana" → the character "%" in the name
      Ana! → the character "!" in the name
      "Ana #1" → the character "#" in the name
      Ana? → the character "?" in the name
      Ana § 5 → the character "§" in the name
      "*Ana" → the character "*" in the name
      "~Ana" → the character "~" in the name
      "Ana | Ben" → the character "|" in the name
      Ana ^ → the character "^" in the name
      Ana = Ben → the character "=" in the name
      "Ana\x07"
      "Ana\nRuiz" → the character "\n" in the name
      "Ana\u2028Ruiz" → the character "\u2028" in the name
      "Ana\0"
      "Ana \uD83D"
      007 → 007 without quotes, which YAML takes for a number
      true → true without quotes, which YAML takes for a boolean
      ~ → ~ without quotes, which YAML takes for an empty value
      [Ana] → a list
      {} → a map
    `,
  },
  "e-mail address": {
    adds: { people: ["mailed#: { name: Pat Doe, email: $ }"] },
    path: "people.mailed#.email",
    allowed: "an e-mail address",
    accepted: String.raw`
      Pat.Doe@Inputs.EXAMPLE
      o'neil@inputs.example
      pat+keycloak@inputs.example
      pat/doe@inputs.example
      "007@inputs.example"
      päd@inputs.example
      "zoe\u0308@inputs.example"
      pat@müller.example
      李@例子.example
      pat@xn--mller-kva.example
      a@b.co
      «63»@inputs.example
      «64»@inputs.example
      pat@«63».example
    `,
    refused: String.raw`
      ""
      pat
      pat@
      "@inputs.example"
      pat@localhost
      pat@192.0.2.1
      " pat@inputs.example"
      pat doe@inputs.example
      pat@doe@inputs.example
      pat..doe@inputs.example
      .pat@inputs.example
      pat@-inputs.example
      pat@in_puts.example
      «65»@inputs.example
      pat@«64».example
      "pat\n@inputs.example"
      007 → 007 without quotes, which YAML takes for a number
      ANA@Inputs.example → the address "ana@inputs.example" of somebody else
    `,
  },
  "account of a person": {
    adds: { people: ["with#: { name: Pat Doe, email: a#@inputs.example, account: $ }"] },
    path: "people.with#.account",
    allowed: "the UUID of a Bitbucket account, in braces and quotes",
    accepted: String.raw`
      "{00000000-0000-4000-8000-0000000000c1}"
      '{00000000-0000-4000-8000-0000000000c2}'
    `,
    refused: String.raw`
      00000000-0000-4000-8000-0000000000c1
      "{00000000-0000-4000-8000-0000000000C1}"
      "{00000000-0000-4000-8000-0000000000c}"
      ""
      {00000000-0000-4000-8000-0000000000c1} → a map
      "{00000000-0000-4000-8000-00000000000a}" → the account "{00000000-0000-4000-8000-00000000000a}" of somebody else
    `,
  },
};
