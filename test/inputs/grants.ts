/** Inputs about who may do what: protected branches and grants. */
import type { Kind } from "./kind";

export const grants: Readonly<Record<string, Kind>> = {
  "pattern of branches": {
    adds: { repositories: ["guarded#: { protected: { $: { approvals: 1 } } }"] },
    path: "projects.ONE.repositories.guarded#.protected.$",
    allowed: "a branch name in which * stands for anything",
    accepted: String.raw`
      m
      main
      release/*
      "*"
      hotfix/**
      v1.0
      "1.0"
      "#1"
      feature/A-1_b
      größe
    `,
    refused: String.raw`
      ""
      "@"
      a b
      a..b
      /a
      a/
      a.lock
      a?
      "a~1"
      "a:b"
      'a\b'
      "a\x07"
      1.0 → 1.0 without quotes, which YAML takes for a number
    `,
  },
  "reason of a grant": {
    adds: { teams: ["for#: { owner: ana }"], grants: ["team: for#", "can: [read]", "on: ONE", "reason: $"] },
    path: "grants[0].reason",
    allowed: "why, in a sentence",
    accepted: String.raw`
      x
      yes
      2027-06-30
      «1000»
      "A # B: \"c\" — 決済 🦄"
      |⏎      On call⏎⏎      at night
      >+⏎      folded
    `,
    refused: String.raw`
      ""
      " "
      "a\0b"
      007 → 007 without quotes, which YAML takes for a number
      true → true without quotes, which YAML takes for a boolean
    `,
  },
  "end of a grant": {
    adds: { teams: ["until#: { owner: ana }"], grants: ["{ team: until#, can: [read], on: ONE, until: $ }"] },
    path: "grants[0].until",
    allowed: "a day that exists",
    accepted: String.raw`
      2099-06-30
      "2099-12-31"
      !!str 2096-02-29
      2099-06-30T00:00:00Z
      2099-06-30 18:00+05:30
      "2099-06-30 18:00 Europe/Berlin"
    `,
    refused: String.raw`
      2027-02-29
      2027-6-3
      30.06.2027
      tomorrow
      2099-06-30T18:00
      2099-06-30 18:00 Berlin
      2027-03-28 02:30 Europe/Berlin
      20270630 → 20270630
      ""
    `,
  },
  "target of a grant": {
    adds: { teams: ["at#: { owner: ana }"], grants: ["{ team: at#, can: [read], on: $ }"] },
    path: "grants[0].on",
    allowed: "",
    accepted: String.raw`
      ONE
      "ONE/api"
      [ONE/api]
      "ONE/*"
    `,
    refused: String.raw`
      ""
      one
      ONE/
      ONE/nope
      007 → 007 without quotes, which YAML takes for a number
      [] → an empty list
    `,
  },
};
