/** A valid `access.yaml` in which everything is small: each example of a check changes the sections that it names. */
export const smallCompany = `company: Small
owners: [ana, ben]
environments:
  dev: { type: test }
  prod: { type: production, restricted: true }
people:
  ana: { name: Ana, email: ana@small.example }
  ben: { name: Ben, email: ben@small.example }
  cem: { name: Cem, email: cem@small.example, account: "{00000000-0000-0000-0000-00000000000c}" }
teams:
  makers:
    owner: ana
    teams:
      leads: { owner: ana, members: [ana] }
      hands: { owner: ana, members: [ben, cem] }
  guests: { owner: ben, members: [] }
agents:
  bot: { owner: ben, account: "{00000000-0000-0000-0000-0000000000b0}" }
projects:
  ONE:
    name: First
    owner: leads
    protected: { main: { approvals: 1 } }
    repositories:
      api: { deploys: [dev, prod] }
      web: { deploys: [dev], protected: {} }
  TWO:
    name: Second
    owner: hands
    repositories:
      docs: {}
grants:
  - { team: makers, can: [trigger], on: ONE }
  - { team: leads, can: [merge], on: ONE/api }
`;
