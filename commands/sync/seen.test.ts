/** What is remembered of who was seen where: a group that is emptied by hand stays so, whatever else happens. */
import fc from "fast-check";
import type { Pins } from "../../clients/pins";
import { membershipOf, type RealmPerson } from "./membership";
import { seenIn, withAdded } from "./seen";

const names = ["dora", "emil"];
/** The team is called otherwise at the end: the old group stays beside the new one for a while. */
type Groups = Map<string, Map<string, string>>;

class Company {
  readonly team = new Set<string>();
  readonly disabled = new Set<string>();
  readonly groups: Groups = new Map([["old", new Map<string, string>()]]);
  slugs = ["old"];
  pins: Pins = new Map(names.map((name) => [name, { account: `{${name}}`, email: name }]));

  /** Bitbucket's groups as the real command makes them, which may die after it has remembered or acted. */
  sync(dies?: "remembered" | "acted"): void {
    const person = (id: string): RealmPerson => ({ id, username: id, emailVerified: true, enabled: !this.disabled.has(id) }); // prettier-ignore
    const people = new Map([["team", [...this.team].map(person)]]);
    const groupsOf = () => this.slugs;
    const known = ({ id }: RealmPerson) => ({ account: `{${id}}`, groups: this.pins.get(id)?.groups });
    const { changes } = membershipOf(people, known, this.groups, { everybody: names.map(person), groupsOf });
    this.pins = seenIn(this.pins, people, this.groups, { groupsOf, unread: new Map() });
    if (dies === "remembered") return;
    for (const { group, add, remove } of changes) {
      for (const { account } of remove) this.groups.get(group)?.delete(account);
      for (const { account } of add) this.groups.get(group)?.set(account, account);
    }
    if (dies !== "acted") this.pins = withAdded(this.pins, changes);
  }
}

const act = fc.record({
  who: fc.constantFrom(...names),
  what: fc.constantFrom("join", "leave", "disable", "enable", "cut", "cut", "sync", "die early", "die late", "rename", "drop"), // prettier-ignore
});

test("nobody gets back by a run what was taken out by hand, and nobody else is left out", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30, size: "max" }), (acts) => {
      const company = new Company();
      const { team, disabled, groups } = company;
      /** Who was taken out by hand and has been in the team since: what a run may not undo. */
      const cut = new Set<string>();
      for (const { who, what } of acts) {
        const mayEnter = () => team.has(who) && !disabled.has(who);
        if (what === "join") team.add(who);
        if (what === "leave") team.delete(who);
        if (what === "disable") disabled.add(who);
        if (what === "enable") disabled.delete(who);
        if (what === "rename" && company.slugs.length === 1 && company.slugs[0] === "old") {
          groups.set("new", new Map());
          company.slugs = ["new", "old"];
        }
        if (what === "drop") company.sync();
        if (what === "drop" && company.slugs.length === 2) {
          groups.delete("old");
          company.slugs = ["new"];
        }
        if (what === "cut") {
          // As the command sees it: a person who is known to be in the group.
          company.sync();
          const was = [...groups.values()].filter((members) => members.delete(`{${who}}`));
          if (was.length > 0 && mayEnter()) cut.add(who);
        }
        if (what === "sync") company.sync();
        if (what === "die early") company.sync("remembered");
        if (what === "die late") company.sync("acted");
        for (const name of names)
          if ((!team.has(name) || disabled.has(name)) && /sync|die|cut|drop/.test(what)) cut.delete(name);
        for (const name of cut)
          for (const members of groups.values()) expect(members.has(`{${name}}`)).toBe(false);
      }
      company.sync();
      company.sync();
      for (const name of names) {
        const isIn = team.has(name) && !disabled.has(name) && !cut.has(name);
        for (const members of groups.values()) expect([name, members.has(`{${name}}`)]).toEqual([name, isIn]);
      }
    }),
    { numRuns: 500 },
  );
});

test("of a team that cannot be read nothing is forgotten; a group that is gone is", () => {
  const pins: Pins = new Map([["dora", { account: "{dora}", email: "", groups: ["gone", "unread"] }]]);
  const how = { groupsOf: (team: string) => [team], unread: new Map([["unread", "why"]]) };
  expect(seenIn(pins, new Map(), new Map(), how).get("dora")?.groups).toEqual(["unread"]);
});
