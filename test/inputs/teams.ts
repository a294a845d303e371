/** Inputs about teams: groups in both systems. */
import type { Kind } from "./kind";

export const teams: Readonly<Record<string, Kind>> = {
  "name of a team": {
    adds: { teams: ["$: { owner: ana, members: [ben] }"] },
    path: "teams.$",
    allowed: "lower-case letters, digits and single dashes",
    accepted: String.raw`
      a
      ab
      abc
      «254»
      «255»
      a1-b2-c3
      e3
      "y"
      "no"
      "null"
      "true"
      ana
      release-bot
      developers
      constructor
      then
      agents
      master
    `,
    refused: String.raw`
      ""
      «256»
      Payments
      payments leads
      payments_leads
      payments.leads
      payments/leads
      payments--leads
      payments-
      "-payments"
      1st
      équipe
      команда
      " payments"
      y → y without quotes, which YAML takes for a boolean
      no → no without quotes, which YAML takes for a boolean
      ~ → ~ without quotes, which YAML takes for an empty value
      007 → 007 without quotes, which YAML takes for a number
      administrators → the team name "administrators", which Bitbucket keeps for itself
    `,
  },
  "description of a team": {
    adds: { teams: ["described#:", "  owner: ana", "  description: $"] },
    path: "teams.described#.description",
    allowed: "what the team is for",
    accepted: String.raw`
      x
      «254»
      «255»
      «127🦄»
      yes
      2027-06-30
      "007"
      "A # B: [c] {d} \"e\" \\ 'f' | > %20 <b>&amp;</b>"
      "  spaces  "
      "two\nlines\tand a tab"
      |⏎      On call⏎      at night
      >-⏎      folded⏎      text
      فريق الدفع
      決済チーム
    `,
    refused: String.raw`
      ""
      " "
      |⏎      «255» → "«60»…"
      «256»
      «128🦄» → "«30🦄»…"
      "a ## b" → "##", at which Keycloak's plugin parts values, in the description "a ## b"
      "a\0b"
      "\uD83D"
      007 → 007 without quotes, which YAML takes for a number
      true → true without quotes, which YAML takes for a boolean
      null → null without quotes, which YAML takes for an empty value
      [a, b] → a list
    `,
  },
  "owner of a team": {
    adds: { teams: ["owned#: { owner: $ }"] },
    path: "teams.owned#.owner",
    allowed: "",
    accepted: String.raw`
      ana
      "ana"
      *first
    `,
    refused: String.raw`
      Ana
      nobody
      ""
      no → no without quotes, which YAML takes for a boolean
      007 → 007 without quotes, which YAML takes for a number
    `,
  },
};
