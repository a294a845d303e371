/**
 * Changes that are little by themselves and much together, whichever of them comes first. What they are about is what the
 * sequence is about: chance alone would seldom choose the same person twice.
 */
export interface Plot {
  readonly name: string;
  readonly edits: readonly string[];
}

export const plots: readonly Plot[] = [
  { name: "give to somebody, and become them", edits: ["grant to a team", "join a team", "e-mail address"] },
  { name: "bring in somebody who is somebody else", edits: ["new person", "grant to a team", "account"] },
  { name: "the same right for longer", edits: ["another end", "another end", "join a team"] },
  {
    name: "close a gate around oneself",
    edits: ["gate of an environment", "grant to a team", "join a team"],
  },
  { name: "own, then give", edits: ["another team owns a project", "join a team", "grant to a team"] },
  { name: "own the company, then give", edits: ["company owner in", "company owner replaced", "a setting"] },
  { name: "inherit", edits: ["nest a team", "join a team", "grant to a team"] },
  { name: "the repository that steers", edits: ["a setting", "control", "grant to a team", "join a team"] },
  { name: "an agent of one's own", edits: ["a new agent", "an agent", "control", "grant to an agent"] },
  { name: "leave and come back", edits: ["repository leaves", "new repository", "repository moves"] },
  { name: "lower and lower", edits: ["a check of a branch", "a check of a branch", "protection"] },
  { name: "change everything that runs", edits: ["the program", "the program", "an exception"] },
];
