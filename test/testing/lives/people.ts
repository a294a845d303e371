/** People marry, swap addresses, come, go and are followed by others. */
import { nothing, rename, staff, type Act, type Change } from "./change";
import { addressOf, newPerson, owners, type Life, type Person } from "./company";

const leavers = (life: Life) => staff(life).filter(({ id }) => !owners.some((owner) => owner === id));

function takeOut(life: Life, id: number): void {
  life.people = life.people.filter((one) => one.id !== id);
  for (const team of life.teams) team.members = team.members.filter((member) => member !== id);
  life.given = life.given.filter((one) => one.person !== id);
}

function offboard(life: Life, { id, name }: Person): Act {
  life.gone.push(id);
  return { act: "offboard", person: name, id };
}

function readdress(life: Life, one: Person, email: string): Act {
  one.email = email;
  life.addresses[one.id] = email;
  return { act: "address", id: one.id, email };
}

export const peopleChanges = {
  "another user name": (life, chance) => {
    rename(chance.one(life.people), life.people, chance);
    return nothing;
  },
  "another address": (life, chance) => {
    const one = chance.one(staff(life));
    const isTaken = (email: string) => Object.values(life.addresses).includes(email);
    const emails = [0, 1].map((number) => addressOf(one.id).replace("@", `.${number}@`));
    return [readdress(life, one, chance.one([addressOf(one.id), ...emails].filter((email) => !isTaken(email))))]; // prettier-ignore
  },
  "another spelling": (life, chance) => {
    const one = chance.one(life.people);
    one.shown = one.shown.endsWith("Senior") ? one.shown.replace(" Senior", "") : `${one.shown} Senior`;
    return nothing;
  },
  "two swap addresses": (life, chance) => {
    const one = chance.one(staff(life));
    const two = chance.one(staff(life).filter((each) => each !== one));
    const [mine, theirs] = [one.email, two.email];
    return [readdress(life, one, theirs), readdress(life, two, mine)];
  },
  "a successor takes the address": (life, chance) => {
    const leaver = chance.one(leavers(life));
    const act = offboard(life, leaver);
    const successor = newPerson(life);
    for (const team of life.teams) if (team.members.includes(leaver.id)) team.members.push(successor.id);
    takeOut(life, leaver.id);
    life.addresses[leaver.id] = `left-${leaver.id}@life.example`;
    const left = { act: "address", id: leaver.id, email: life.addresses[leaver.id] ?? "" } as const;
    return [act, left, readdress(life, successor, leaver.email)];
  },
  "somebody comes": (life, chance) => {
    chance.one(life.teams).members.push(newPerson(life).id);
    return nothing;
  },
  "off-boarded, and still in the file": (life, chance) => [offboard(life, chance.one(leavers(life)))],
  "off-boarded and taken out": (life, chance) => {
    const leaver = chance.one(leavers(life));
    const act = offboard(life, leaver);
    takeOut(life, leaver.id);
    return [act];
  },
  "an off-boarded one is taken out": (life, chance) => {
    takeOut(life, chance.one(life.people.filter(({ id }) => life.gone.includes(id))).id);
    return nothing;
  },
} satisfies Record<string, Change>;
