/** The people of a company that nobody tidied up: those who left and kept what they had, and those whom one system lacks. */
import type { Dice } from "./dice";

export interface GrownPerson {
  /** In Keycloak. */
  readonly id: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  /** In Keycloak. */
  readonly email: string;
  /** Of the Atlassian account: another one, where somebody took their own. */
  readonly accountEmail: string;
  readonly emailVerified: boolean;
  /** In Keycloak. */
  readonly enabled: boolean;
  readonly inKeycloak: boolean;
  /** `left`: the account is no member any more, and whatever it was given is still there. */
  readonly account: "member" | "left" | "none";
}

const firstNames = "Ana Ben Cem Dora Emre Filiz Goran Hana Ivo Jana Karim Lena Mira Noah Olga Petar Quinn Rosa Sami Tuva Ugo Vera Wim Xenia Yara Zoë".split(" "); // prettier-ignore
const lastNames = "Alvarez Brandt Çelik D'Angelo Eriksen Fischer Gómez Haddad Ito Jensen Kaya López Müller Novak O'Brien Petrov Quist Rossi Šimić Tanaka Usman Vogel Wójcik Xu Yılmaz Zhou".split(" "); // prettier-ignore

/** @returns the first one administers the workspace */
export function grownPeople(dice: Dice, count: number): readonly GrownPerson[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const [firstName, lastName] = [dice.one(firstNames), dice.one(lastNames)];
    const plain = `${firstName}.${lastName}`.normalize("NFKD").replace(/[^a-zA-Z.]/g, "");
    const name = taken.has(plain.toLowerCase()) ? `${plain}${index}` : plain;
    taken.add(name.toLowerCase());
    const isFirst = index === 0;
    const email = `${dice.falls(0.2) ? name : name.toLowerCase()}@grown.example`;
    const account = isFirst || dice.falls(0.86) ? "member" : dice.falls(0.6) ? "left" : "none";
    return {
      id: dice.id(),
      username: dice.falls(0.1)
        ? `${lastName
            .normalize("NFKD")
            .replace(/[^a-zA-Z]/g, "")
            .toLowerCase()
            .slice(0, 3)}${index}`
        : name.toLowerCase(),
      firstName,
      lastName,
      email: email.toLowerCase(),
      accountEmail: dice.falls(0.06) ? `${name}${index}@home.example` : email,
      emailVerified: dice.falls(0.9),
      enabled: isFirst || (account === "left" ? dice.falls(0.3) : dice.falls(0.96)),
      inKeycloak: isFirst || account === "none" || dice.falls(0.93),
      account,
    };
  });
}
