/** Inputs about agents: clients in Keycloak. */
import type { Kind } from "./kind";

export const agents: Readonly<Record<string, Kind>> = {
  "name of an agent": {
    adds: {
      agents: [
        '$: { owner: ana, account: "{00000000-0000-4000-8000-000000000###}", jwks: https://bot.example/# }',
      ],
    },
    used: { adds: { grants: ["{ agent: $, can: [read], on: ONE, reason: Reads }"] } },
    path: "agents.$",
    allowed: "lower-case letters, digits and single dashes",
    accepted: String.raw`
      a
      ab
      «99»
      «100»
      "no"
      ana
      bitbucket
      agents
      constructor
      then
    `,
    refused: String.raw`
      ""
      «101»
      Bot
      release_bot
      release bot
      1bot
    `,
  },
  "description of an agent": {
    adds: {
      agents: [
        "bot#:",
        "  owner: ana",
        '  account: "{00000000-0000-4000-8000-000000000###}"',
        "  jwks: https://bot.example/#",
        "  description: $",
      ],
    },
    used: { adds: { grants: ["{ agent: bot#, can: [read], on: ONE, reason: Reads }"] } },
    path: "agents.bot#.description",
    allowed: "",
    accepted: String.raw`
      x
      «242»
      "Merges ## when <green> & \"done\""
      |⏎      Merges⏎      at night
    `,
    refused: String.raw`
      ""
      «243» → a description of 256 characters, its owner included
      «256»
      "a\0b"
    `,
  },
  "keys of an agent": {
    adds: {
      agents: ['keyed#: { owner: ana, account: "{00000000-0000-4000-8000-000000000###}", jwks: $ }'],
    },
    used: { adds: { grants: ["{ agent: keyed#, can: [read], on: ONE, reason: Reads }"] } },
    path: "agents.keyed#.jwks",
    allowed: "an https address",
    accepted: String.raw`
      https://bot.example/jwks.json
      http://127.0.0.1:8099/jwks
      https://bot.example/«300»
    `,
    refused: String.raw`
      http://bot.example/jwks
      ftp://bot.example/jwks
      bot.example
      https://user:secret@bot.example/jwks → "https://…@bot.example/jwks"
      https://bot.example/jwks?x=1
    `,
  },
  "life of an agent's tokens": {
    adds: {
      agents: [
        'brief#: { owner: ana, account: "{00000000-0000-4000-8000-000000000###}", jwks: https://bot.example, tokenLife: $ }',
      ],
    },
    used: { adds: { grants: ["{ agent: brief#, can: [read], on: ONE, reason: Reads }"] } },
    path: "agents.brief#.tokenLife",
    allowed: "a length of time up to 15 minutes",
    accepted: String.raw`
      1 second
      900 seconds
      15 minutes
    `,
    refused: String.raw`
      901 seconds
      16 minutes
      0 minutes
      5 min
      5 → 5
      ""
    `,
  },
};
