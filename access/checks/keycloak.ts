/** What Keycloak refuses about people with a message that names no line: the user profile of a new realm. Tried on 26.7.3. */
import { column } from "../file/nameRules";
import { accountOfClient } from "../names";
import { shown } from "../problem";
import type { Check, Finding } from "./check";

const shortestName = 3;
const prohibited = /[<>&"$%!#?§;*~/\\|^=[\]{}()\p{Cc}\u2028\u2029]/u;

export const declaredPeople: Check = {
  name: "declared-people",
  says: "where the stack creates the people, Keycloak's user profile takes their user names and names",
  level: "problem",
  find: ({ model, settings }) =>
    settings?.keycloak.people !== "declared"
      ? []
      : model.people.flatMap(({ username, name }, index): Finding[] => {
          const [character] = prohibited.exec(name) ?? [];
          return [
            ...(username.length > 0 && username.length < shortestName
              ? [
                  {
                    at: ["people", index],
                    part: "key" as const,
                    found: `the user name ${shown(username)} of ${username.length} characters`,
                    allowed: `${shortestName} to ${column} characters`,
                    fix: 'choose a longer one, or let the people come from a directory: "keycloak.people: external" in the stack file',
                  },
                ]
              : []),
            ...(character === undefined
              ? []
              : [
                  {
                    at: ["people", index, "name"],
                    found: `the character ${shown(character)} in the name ${shown(name)}`,
                    allowed: 'names without < > & " $ % ! # ? § ; * ~ / \\ | ^ = [ ] { } ( )',
                    fix: "leave it out",
                  },
                ]),
          ];
        }),
  examples: {
    good: {
      text: 'people:\n  ana: { name: "Ana d\'Été-Ruiz, 李", email: ana@small.example }\n  ben: { name: Ben, email: ben@small.example }\n  cem: { name: Cem, email: cem@small.example }',
      settings: { environment: "dev", "keycloak.people": "declared" },
    },
    bad: {
      text: 'people:\n  ana: { name: "Ana (Ops)", email: ana@small.example }\n  ben: { name: Ben, email: ben@small.example }\n  cem: { name: Cem, email: cem@small.example }\n  jd: { name: Jo, email: jo@small.example }',
      settings: { environment: "dev", "keycloak.people": "declared" },
      found: [
        '2:16  people.ana.name: found the character "(" in the name "Ana (Ops)"; allowed: names without < > & " $ % ! # ? § ; * ~ / \\ | ^ = [ ] { } ( ); leave it out',
        '5:3  people.jd: found the user name "jd" of 2 characters; allowed: 3 to 255 characters; choose a longer one, or let the people come from a directory: "keycloak.people: external" in the stack file',
      ],
    },
  },
};

/** People sign in by either, so Keycloak keeps the two apart. */
export const userNamesAndAddresses: Check = {
  name: "user-names-and-addresses",
  says: "nobody's user name is the e-mail address of somebody else",
  level: "problem",
  find: ({ model }) => {
    const byAddress = new Map(model.people.map(({ email }, index) => [email, index]));
    return model.people.flatMap(({ username }, index): Finding[] => {
      const other = byAddress.get(username);
      if (other === undefined || other === index) return [];
      return [
        {
          at: ["people", index],
          part: "key",
          found: `the user name ${shown(username)}, which is the address of somebody else`,
          fix: "choose another user name",
          other: ["people", other, "email"],
        },
      ];
    });
  },
  examples: {
    good: {
      text: "people:\n  ana@small.example: { name: Ana, email: ana@small.example }\n  ben: { name: Ben, email: ben@small.example }\n  cem: { name: Cem, email: cem@small.example }\nowners: [ben, cem]\nteams:\n  makers: { owner: ben }\n  leads: { owner: ben }\n  hands: { owner: ben }",
    },
    bad: {
      text: "people:\n  ana: { name: Ana, email: ana@small.example }\n  ben: { name: Ben, email: ben@small.example }\n  cem: { name: Cem, email: cem@small.example }\n  ana@small.example: { name: Dan, email: dan@small.example }",
      found: [
        '5:3  people."ana@small.example": found the user name "ana@small.example", which is the address of somebody else (see line 2); choose another user name',
      ],
    },
  },
};

export const freeUserNames: Check = {
  name: "free-user-names",
  says: "nobody's user name begins as Keycloak begins those of clients",
  level: "problem",
  find: ({ model }) =>
    model.people.flatMap(({ username }, index): Finding[] =>
      username.startsWith(accountOfClient())
        ? [
            {
              at: ["people", index],
              part: "key",
              found: `the user name ${shown(username)}, as Keycloak calls the account of a client`,
              allowed: `names that do not begin with ${accountOfClient()}`,
              fix: "choose another user name",
            },
          ]
        : [],
    ),
  examples: {
    good: {
      text: "people:\n  ana: { name: Ana, email: ana@small.example }\n  ben: { name: Ben, email: ben@small.example }\n  cem: { name: Cem, email: cem@small.example }\n  service-account: { name: Sue, email: sue@small.example }",
    },
    bad: {
      text: "people:\n  ana: { name: Ana, email: ana@small.example }\n  ben: { name: Ben, email: ben@small.example }\n  cem: { name: Cem, email: cem@small.example }\n  service-account-pipeline.api.dev: { name: Sue, email: sue@small.example }",
      found: [
        '5:3  people."service-account-pipeline.api.dev": found the user name "service-account-pipeline.api.dev", as Keycloak calls the account of a client; allowed: names that do not begin with service-account-; choose another user name',
      ],
    },
  },
};
