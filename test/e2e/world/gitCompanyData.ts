/** What the company of {@link GitCompany} declares, and its workspace before that. */
import { developerScopes } from "../../../toolchain/acme";
import { smallSeed } from "./smallCompany";

/** Ana and ben own the company; cem attacks, and dan is his accomplice. */
export type Name = "ana" | "ben" | "cem" | "dan";

export const email = (name: Name) => `${name}@small.example`;
export const token = (name: Name) => `token of ${name}, long enough`;

/** Ben leads project ONE; everybody may write to what steers everything, and nobody may deploy to production. */
export const accessText = `company: Small
owners: [ana, ben]
control: [OPS/access]
environments:
  dev: { type: test }
  prod: { type: production, restricted: true }
people:
${["ana", "ben", "cem", "dan"].map((name) => `  ${name}: { name: ${name}, email: ${name}@small.example }`).join("\n")}
teams:
  leads: { owner: ana, members: [ben] }
  hands: { owner: ana, members: [cem] }
  guests: { owner: cem, members: [dan] }
  staff: { owner: ana, members: [ana, ben, cem, dan] }
projects:
  ONE:
    name: First
    owner: leads
    protected: { main: { approvals: 1 } }
    repositories:
      api: { deploys: [prod] }
      web: {}
      docs: {}
  OPS: { name: Operations, owner: staff, repositories: { access: {} } }
grants:
  - { team: staff, can: [trigger], on: OPS/access }
  - { team: leads, can: [trigger], on: ONE }
  - { team: staff, can: [read, trigger, merge], on: ONE/web }
  - { team: staff, can: [read, trigger, merge], on: ONE/docs }
  - { team: staff, can: [read, trigger, merge], on: ONE/api }
`;

/** Nothing guards main of what steers everything: what is merged there has to be refused by the commands alone. */
export const exceptionsText = `exceptions:
  - rule: control-repositories
    on: repository OPS/access
    owner: ana
    reason: What is merged has to be refused
    until: ${new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)}
`;

export const seedOf: typeof smallSeed = (administratorToken) => {
  const { accounts = [], repositories = [], ...seed } = smallSeed(administratorToken);
  const dan = {
    name: "dan",
    email: email("dan"),
    tokens: [{ token: token("dan"), scopes: [...developerScopes] }],
  };
  return {
    ...seed,
    accounts: [...accounts, dan],
    // Rights there come by access.yaml alone.
    repositories: [
      ...repositories.map(({ slug, project }) => ({ slug, project })),
      ...["web", "docs"].map((slug) => ({ slug, project: "ONE" })),
    ],
  };
};
