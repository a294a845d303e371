/** A company before anything happens to it. */
import { person, type Given, type Life, type Team } from "./company";

/** Eight people in up to five teams, two projects of two repositories each, and what the numbers grant. */
export function lifeOf(numbers: readonly number[]): Life {
  const number = (index: number, below: number) => (numbers[index % numbers.length] ?? 0) % below;
  const people = Array.from({ length: 8 }, (_, id) => person(id));
  const teams = Array.from({ length: 3 + number(0, 3) }, (_, index): Team => {
    const above = number(index + 1, index + 1);
    return {
      id: 10 + index,
      name: `team-${index}`,
      parent: above < index ? 10 + above : undefined,
      members: people.map(({ id }) => id).filter((id) => number(index * 3 + id, 3) === 0),
    };
  });
  const capabilities = ["read", "trigger", "merge", "administer", "deploy"] as const;
  const given = Array.from({ length: 3 + number(5, 4) }, (_, index): Given => {
    const holder = number(index + 7, 5) === 0 ? { person: [2, 4, 6][index % 3] ?? 2 } : { team: 10 + number(index + 8, teams.length) }; // prettier-ignore
    const can = capabilities[number(index + 6, capabilities.length)] ?? "read";
    const repository = can === "deploy" ? 30 : 30 + number(index + 4, 4);
    const isWhole = can !== "deploy" && number(index + 9, 3) === 0;
    const place = isWhole ? { project: 20 + number(index + 2, 2) } : { repository };
    return { ...holder, can, ...place };
  });
  return {
    people,
    gone: [],
    teams,
    projects: [0, 1].map((index) => ({ id: 20 + index, name: `P${index}`, owner: 10 })),
    repositories: [0, 1, 2, 3].map((index) => ({
      id: 30 + index,
      name: `repo-${index}`,
      project: 20 + (index >> 1),
      deploys: index === 0,
      isProtected: index % 2 === 0,
    })),
    environment: { id: 0, name: "qa", isRestricted: number(3, 2) === 0 },
    given,
    free: [],
    addresses: Object.fromEntries(people.map(({ id, email }) => [id, email])),
    next: 40,
  };
}
