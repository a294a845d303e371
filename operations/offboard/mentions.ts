/** Where `access.yaml` still names somebody, and what to do there. */
import type { Model } from "../../access";

/** One line for each place, empty where the name is gone. */
export function mentionsOf(model: Model, person: string): string[] {
  const owned = (what: string) => `access.yaml: ${what} is owned by ${person}: name another owner`;
  return [
    ...model.agents.filter(({ owner }) => owner === person).map(({ name }) => owned(`agent ${name}`)),
    ...model.teams.filter(({ owner }) => owner === person).map(({ name }) => owned(`team ${name}`)),
    ...(model.owners.includes(person) ? [`access.yaml: ${person} is one of the owners: name another`] : []),
    ...model.teams
      .filter(({ members = [] }) => members.includes(person))
      .map(({ name }) => `access.yaml: take ${person} out of the members of team ${name}`),
    ...model.grants
      .filter(({ subject }) => subject.kind === "person" && subject.name === person)
      .map(
        ({ can, on }) =>
          `access.yaml: take out the grant of ${can.join(", ")} on ${on.join(", ")} to ${person}`,
      ),
    ...(model.people.some(({ username }) => username === person)
      ? [`access.yaml: take ${person} out of people`]
      : []),
  ];
}
