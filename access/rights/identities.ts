/** Who somebody is: whoever has the account, the address or the keys acts, and approves, as them. */
import { canonical } from "../canonical";
import type { Model, Subject } from "../model";
import { subjectLabel } from "../tree";

/** Of people and agents; empty for whoever the model does not declare. */
export function identitiesOf({ people, agents }: Model): (subject: Subject) => string {
  const known = new Map<string, string>();
  for (const { username, email, account } of people)
    known.set(`person ${username}`, canonical({ email, account }));
  for (const { name, account, jwks } of agents) known.set(`agent ${name}`, canonical({ account, jwks }));
  return (subject) => known.get(subjectLabel(subject)) ?? "";
}
