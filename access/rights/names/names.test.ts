import { asOf } from "../../testing/anyCompany";
import { companyText, modelOf, settingsFor } from "../../testing/company";
import { differenceOf } from "../difference";
import { knownAt, type Known } from "../known";
import { namesBetween } from "./names";

type Change = readonly [before: string, after: string];

const edited = (...changes: readonly Change[]): string =>
  changes.reduce((text, [before, after]) => {
    if (!text.includes(before)) throw new Error(`the company has no ${before}`);
    return text.replaceAll(before, after);
  }, companyText);

function known(text: string): Known {
  return knownAt({ model: modelOf(text), settings: settingsFor("prod"), exceptions: [], asOf }, () => [
    "dan",
  ]);
}

const leads = "      leads: { owner: ana, members: [ana] }\n";
const hands = "      hands: { owner: ana, members: [ben, cem] }\n";
const guests = "  guests: { owner: ben, members: [] }\n";

test.each<[string, readonly Change[], string[]]>([
  [
    "a team is renamed",
    [
      ["leads: {", "heads: { previously: leads,"],
      ["owner: leads", "owner: heads"],
      ["team: leads", "team: heads"],
    ],
    ["team leads is renamed to heads; in Bitbucket the group heads takes the place of leads"],
  ],
  [
    "a team is renamed, and keeps its group in Bitbucket",
    [
      ["leads: {", "heads: { previously: leads, group: leads,"],
      ["owner: leads", "owner: heads"],
      ["team: leads", "team: heads"],
    ],
    ["team leads is renamed to heads; its group in Bitbucket stays leads"],
  ],
  [
    "a team moves to the top",
    [
      [hands, ""],
      [guests, `${guests}${hands.slice(4)}`],
    ],
    [
      "team hands moves from makers to the top: team hands loses merge on ONE/web; team hands loses deploy:dev, read, trigger on ONE",
    ],
  ],
  [
    "a team moves into another one",
    [
      [guests, ""],
      [leads, `${leads}    ${guests}`],
    ],
    [
      "team guests moves from the top to makers: team guests gains merge on ONE/web; team guests gains deploy:dev, read, trigger on ONE",
    ],
  ],
  [
    "a team is renamed and moves",
    [
      [hands, ""],
      [guests, `${guests}${hands.slice(4).replace("hands: {", "fingers: { previously: hands,")}`],
      ["owner: hands", "owner: fingers"],
    ],
    [
      "team hands is renamed to fingers; in Bitbucket the group fingers takes the place of hands",
      "team fingers moves from makers to the top: team fingers loses merge on ONE/web; team fingers loses deploy:dev, read, trigger on ONE",
    ],
  ],
  [
    "a part of a team becomes one of its own",
    [["members: [ben, cem] }\n", "members: [ben] }\n      feet: { owner: ana, members: [cem] }\n"]],
    ["team feet is split off from hands: cem"],
  ],
  [
    "a team is split",
    [
      [hands, "      left: { owner: ana, members: [ben] }\n      right: { owner: ana, members: [cem] }\n"],
      ["owner: hands", "owner: left"],
    ],
    ["team hands is split into left (ben) and right (cem)"],
  ],
  [
    "a team is merged into another one",
    [
      [hands, ""],
      ["members: [ana]", "members: [ana, ben, cem]"],
      ["owner: hands", "owner: leads"],
    ],
    ["team hands is merged into leads: ben gains merge on ONE/api; cem gains merge on ONE/api"],
  ],
  [
    "a team is dissolved",
    [
      [hands, ""],
      ["members: []", "members: [cem]"],
      ["owner: hands", "owner: leads"],
    ],
    [
      "team hands is dissolved; its members: cem to guests; ben to no other team: ben, cem lose merge on ONE/web; ben, cem lose deploy:dev, read, trigger on ONE",
    ],
  ],
  [
    "somebody is renamed",
    [
      ["  cem: {", "  ida: { previously: cem,"],
      ["ben, cem]", "ben, ida]"],
    ],
    ["cem is renamed to ida"],
  ],
  [
    "two swap their addresses",
    [
      ["ben@small.example", "x@small.example"],
      ["cem@small.example", "ben@small.example"],
      ["x@small.example", "cem@small.example"],
    ],
    ["ben and cem swap their e-mail addresses"],
  ],
  [
    "a successor gets the address of somebody who left",
    [
      ["  cem: { name: Cem, email: cem@small.example", "  dan: { name: Dan, email: cem@small.example"],
      ["ben, cem]", "ben, dan]"],
    ],
    [
      "dan gets the e-mail address cem@small.example of cem, who left",
      "dan gets the Bitbucket account {00000000-0000-0000-0000-00000000000c} of cem, who left",
    ],
  ],
  [
    "a repository moves to another project",
    [
      ["      web: { deploys: [dev], protected: {} }\n", ""],
      ["      docs: {}\n", "      docs: {}\n      web: { deploys: [dev], protected: {} }\n"],
    ],
    [
      "repository web moves from project ONE to TWO: ana loses deploy:dev, merge, read, trigger; ben loses deploy:dev, merge, read, trigger; cem loses deploy:dev, merge, read, trigger; dan loses deploy:dev, merge, read, trigger",
    ],
  ],
  [
    "names of before that the stack does not have",
    [
      [guests, guests.replace("{", "{ previously: visitors,")],
      ["  ben: {", "  ben: { previously: benny,"],
    ],
    [
      "team guests says that it was visitors, which this stack does not have",
      "ben says to have been benny, whom this stack does not have",
    ],
  ],
])("%s", (_, changes, expected) => {
  const [before, after] = [known(companyText), known(edited(...changes))];
  const said = namesBetween(before, after, differenceOf(before, after)).map(({ what, means }) =>
    [what, means.join("; ")].filter(Boolean).join(": "),
  );
  expect(said).toEqual(expected);
  expect(namesBetween(after, after, differenceOf(after, after))).toEqual([]);
});
