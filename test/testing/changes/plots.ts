/**
 * Changes that are little by themselves and much together, whichever of them comes first. What they are about is what the
 * sequence is about: chance alone would seldom choose the same person twice.
 */
export interface Plot {
  readonly name: string;
  readonly edits: readonly string[];
}

export const plots: readonly Plot[] = [
  { name: "give to a team, join it", edits: ["grant production to a team", "join a team"] },
  {
    name: "give to somebody, and become them",
    edits: ["grant production to a team", "join a team", "e-mail address"],
  },
  {
    name: "bring in somebody, who is somebody else",
    edits: ["new person", "newcomer is somebody else", "grant production to a team"],
  },
  {
    name: "bring in an owner, who is somebody else",
    edits: ["new person", "newcomer is somebody else", "another team owns a project"],
  },
  { name: "the same right for longer", edits: ["another end", "grant production to a team", "another end"] },
  { name: "for longer by another team", edits: ["grant production to a team", "join a team", "join a team"] },
  {
    name: "close a gate around oneself",
    edits: ["gate of an environment", "grant production to a team", "join a team"],
  },
  {
    name: "own, then give",
    edits: ["another team owns a project", "join a team", "grant production to a team"],
  },
  {
    name: "nobody owns, then give",
    edits: ["another team owns a project", "leave a team", "grant production to a team"],
  },
  { name: "own the company, then give", edits: ["company owner in", "company owner replaced", "a setting"] },
  { name: "inherit", edits: ["nest a team", "join a team", "grant production to a team"] },
  { name: "the repository that steers", edits: ["a setting", "control", "grant to a team", "join a team"] },
  { name: "the runner", edits: ["another runner", "grant to a team"] },
  { name: "an agent of one's own", edits: ["a new agent", "control", "an agent of somebody else"] },
  { name: "leave and come back", edits: ["repository leaves", "new repository", "repository moves"] },
  { name: "lower and lower", edits: ["a check of a branch", "a check of a branch", "protection"] },
  { name: "a team that nobody sees", edits: ["leave a team to Keycloak", "grant production to a team"] },
  { name: "give, then call it otherwise", edits: ["grant production to a team", "another name of a team"] },
  {
    name: "become an approver under another name",
    edits: ["another user name", "join a team", "company owner in"],
  },
  {
    name: "take the place of somebody",
    edits: ["another user name", "e-mail address", "grant production to a team", "a successor takes a name"],
  },
  { name: "change everything that runs", edits: ["the program", "the program", "an exception"] },
];
