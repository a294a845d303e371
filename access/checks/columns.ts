/**
 * What Keycloak's database has no room for, or its plugin makes something else of: where several names and texts become one
 * of 255 characters, and what parts a text in two. Tried on 26.7.3.
 */
import { column } from "../file/nameRules";
import { describeAgent, displayNameOf } from "../names";
import { shown } from "../problem";
import type { Check, Finding } from "./check";

/** People see it where they sign in, whichever stack it is. */
export const realmNames: Check = {
  name: "realm-names",
  says: "the company's name fits into Keycloak's 255 characters with that of each environment",
  level: "problem",
  find: ({ model: { company, environments } }) => {
    const [longest] = environments.map(({ name }) => name).sort((a, b) => b.length - a.length);
    if (longest === undefined || company.length > column) return [];
    const { length } = displayNameOf(company, longest);
    if (length <= column) return [];
    return [
      {
        at: ["company"],
        found: `a name of ${company.length} characters, ${length} with the environment ${shown(longest)}`,
        allowed: `${column} characters at most`,
        fix: `shorten one of them by ${length - column}`,
      },
    ];
  },
  examples: {
    good: { text: `company: ${"x".repeat(248)}` },
    bad: {
      text: `company: ${"x".repeat(249)}`,
      found: [
        '1:10  company: found a name of 249 characters, 256 with the environment "prod"; allowed: 255 characters at most; shorten one of them by 1',
      ],
    },
  },
};

/** https://github.com/keycloak/terraform-provider-keycloak/blob/v5.9.0/docs/resources/group.md, `attributes` */
const separator = "##";

export const teamDescriptions: Check = {
  name: "team-descriptions",
  says: "what describes a team is one value in Keycloak",
  level: "problem",
  find: ({ model }) =>
    model.teams.flatMap(({ description }, index): Finding[] =>
      description.includes(separator)
        ? [
            {
              at: ["teams", index, "description"],
              found: `${shown(separator)}, at which Keycloak's plugin parts values, in the description ${shown(description)}`,
              allowed: "single number signs",
              fix: "leave one out",
            },
          ]
        : [],
    ),
  examples: {
    good: {
      text: 'teams:\n  makers: { owner: ana, description: "the team # 1" }\n  leads: { owner: ana }\n  hands: { owner: ana }',
    },
    bad: {
      text: 'teams:\n  makers: { owner: ana, description: "a ## b" }\n  leads: { owner: ana }\n  hands: { owner: ana }',
      found: [
        '2:38  teams.makers.description: found "##", at which Keycloak\'s plugin parts values, in the description "a ## b"; allowed: single number signs; leave one out',
      ],
    },
  },
};

/** The description of an agent's client says whose it is. */
export const agentDescriptions: Check = {
  name: "agent-descriptions",
  says: "what describes an agent's client fits into Keycloak's 255 characters",
  level: "problem",
  find: ({ model }) =>
    model.agents.flatMap((agent, index): Finding[] => {
      const { length } = describeAgent(agent);
      if (length <= column) return [];
      return [
        {
          at: ["agents", index, "description"],
          found: `a description of ${length} characters, its owner included`,
          allowed: `${column} characters at most`,
          fix: `shorten it by ${length - column}`,
        },
      ];
    }),
  examples: {
    good: {
      text: `agents:\n  bot: { owner: ben, description: ${"x".repeat(242)}, account: "{00000000-0000-0000-0000-0000000000b0}" }`,
    },
    bad: {
      text: `agents:\n  bot: { owner: ben, description: ${"x".repeat(243)}, account: "{00000000-0000-0000-0000-0000000000b0}" }`,
      found: [
        "2:35  agents.bot.description: found a description of 256 characters, its owner included; allowed: 255 characters at most; shorten it by 1",
      ],
    },
  },
};
