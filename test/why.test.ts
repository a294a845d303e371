/**
 * What `why` says of companies made by chance: yes exactly where Bitbucket's own rules let somebody, each path true, each
 * proposal enough and said whole. A sample by default; BITBUCKET_KEYCLOAK_EXHAUSTIVE=1 takes more.
 */
import fc from "fast-check";
import { compile, entitlementsOf, parseAccess, targetOf, Tree, type Model, type Subject } from "../access";
import { editAccess } from "../access/file/edit";
import { asOf } from "../access/testing/anyCompany";
import { modelOf, settingsFor } from "../access/testing/company";
import {
  answerTo,
  capabilitiesIn,
  changesFor,
  modelWith,
  waysTo,
  type Answer,
  type Candidate,
  type Question,
  type Setting,
} from "../access/why";
import { actorsOf, allowed, company, workspaceOf } from "./testing/rights";
import { textOfModel } from "./testing/companyText";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const numRuns = exhaustive ? 2_000 : 80;
const companies = exhaustive ? 2_000 : 200;
const wanted = { until: "2026-12-31", reason: "Covers for somebody" };

function settingOf(text: string): Setting {
  const parsed = parseAccess(text, "access.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { model, positions } = parsed;
  const members = (team: string) => model.teams.find(({ name }) => name === team)?.members;
  return { model, settings: settingsFor("dev"), exceptions: [], asOf, members, positions };
}

const ask = (question: Question, setting: Setting): Answer => answerTo(question, setting, wanted);

/** Every person, team and agent. */
const subjectsIn = ({ people, teams, agents }: Model): Subject[] => [
  ...people.map(({ username: name }): Subject => ({ kind: "person", name })),
  ...teams.map(({ name }): Subject => ({ kind: "team", name })),
  ...agents.map(({ name }): Subject => ({ kind: "agent", name })),
];

const any = company.map(textOfModel);

test("yes exactly where Bitbucket's own rules let somebody: every person, agent, capability and repository", () => {
  const counted = { companies: 0, asked: 0, yes: 0 };
  fc.assert(
    fc.property(any, (text) => {
      const setting = settingOf(text);
      const { model } = setting;
      const state = workspaceOf(model, compile(model, settingsFor("dev"), asOf));
      counted.companies++;
      for (const { id, account } of actorsOf(model))
        for (const declared of model.repositories) {
          const repository = state.repositories.find(({ slug }) => slug === declared.slug)!;
          const can = allowed(state, repository, account);
          const subject: Subject = { kind: id.startsWith("a") ? "agent" : "person", name: id };
          const target = targetOf(declared);
          for (const capability of capabilitiesIn(model)) {
            const right = { subject, capability, target };
            const isYes = waysTo(right, model, asOf, setting.members).length > 0;
            expect([right, isYes]).toStrictEqual([right, can.has(capability)]);
            counted.asked++;
            if (isYes) counted.yes++;
          }
        }
    }),
    { numRuns: companies },
  );
  expect(counted).toMatchObject({ companies, asked: companies * 5 * 4 * 6 });
  expect(counted.yes).toBeGreaterThan(companies * 5);
  if (exhaustive) console.log(counted);
});

test("the answer about a team is its entitlements; about a project, whether all of its repositories say yes", () => {
  fc.assert(
    fc.property(any, (text) => {
      const setting = settingOf(text);
      const { model } = setting;
      const tree = new Tree(model);
      const held = new Set(
        entitlementsOf(model, asOf).map((one) =>
          [one.subject.kind, one.subject.name, one.capability, one.target].join(" "),
        ),
      );
      for (const subject of subjectsIn(model).filter(({ kind }) => kind !== "person"))
        for (const capability of capabilitiesIn(model)) {
          const environment = capability.replace("deploy:", "");
          const has = (target: string) =>
            held.has([subject.kind, subject.name, capability, target].join(" "));
          for (const { key } of model.projects) {
            const there = tree
              .repositoriesOf(key)
              .filter(({ deploys }) => environment === capability || deploys.includes(environment));
            const { can, cells } = ask({ subject, capability, target: key }, setting);
            expect(can).toBe(there.length > 0 && there.every((one) => has(targetOf(one))));
            expect(cells.map(({ target, reasons }) => [target, reasons.length > 0])).toStrictEqual(
              there.map((one) => [targetOf(one), has(targetOf(one))]),
            );
          }
        }
    }),
    { numRuns: numRuns / 4 },
  );
});

/** The model without one thing that a path rests on. */
function without(what: string, model: Model, index: number): Model {
  const [, person, team] = /^(\S+) is in team (\S+)$/.exec(what) ?? [];
  const [, child] = /^team (\S+) is within \S+$/.exec(what) ?? [];
  if (team !== undefined)
    return {
      ...model,
      teams: model.teams.map((one) =>
        one.name === team ? { ...one, members: one.members?.filter((name) => name !== person) ?? [] } : one,
      ),
    };
  if (child !== undefined)
    return {
      ...model,
      teams: model.teams.map(({ parent, ...one }) => ({
        ...one,
        ...(one.name !== child && parent && { parent }),
      })),
    };
  return { ...model, grants: model.grants.filter((_, number) => number !== index) };
}

test("each path is true: it is enough by itself, and without any part of the only one there is no right", () => {
  const counted = { paths: 0, parts: 0 };
  fc.assert(
    fc.property(any, (text) => {
      const { model, members, positions } = settingOf(text);
      const setting = { model, members, positions, asOf, settings: settingsFor("dev"), exceptions: [] };
      const lines = text.split("\n");
      for (const { username: name } of model.people)
        for (const repository of model.repositories)
          for (const capability of capabilitiesIn(model)) {
            const right = {
              subject: { kind: "person", name } as const,
              capability,
              target: targetOf(repository),
            };
            const ways = waysTo(right, model, asOf, members);
            const { cells } = ask(right, setting);
            const reasons = cells[0]?.reasons ?? [];
            expect(reasons.map(({ path }) => path)).toStrictEqual(ways.map(({ path }) => path));
            for (const [number, way] of ways.entries()) {
              const [own] = way.teams;
              const alone: Model = {
                ...model,
                grants: model.grants.map((grant, index) =>
                  index === way.index ? grant : { ...grant, can: [] },
                ),
                teams: model.teams.map((team) => ({ ...team, members: team.name === own ? [name] : [] })),
              };
              const inAlone = (team: string) => alone.teams.find((one) => one.name === team)?.members;
              expect(waysTo(right, alone, asOf, inAlone).map(({ path }) => path)).toStrictEqual([way.path]);
              counted.paths++;
              for (const { what, line = 0 } of reasons[number]?.links ?? []) {
                // The line is that of what is said.
                const [word = ""] = /\S+$/.exec(what.replace(/ (is in|is within|can) .*/, "")) ?? [];
                expect([what, lines[line - 1]]).toStrictEqual([
                  what,
                  expect.stringContaining(word.split("/").at(-1) ?? ""),
                ]);
                if (ways.length > 1 || what.startsWith(right.target)) continue;
                const less = without(what, model, way.index);
                const inLess = (team: string) => less.teams.find((one) => one.name === team)?.members;
                expect([what, waysTo(right, less, asOf, inLess)]).toStrictEqual([what, []]);
                counted.parts++;
              }
            }
          }
    }),
    { numRuns: numRuns / 4 },
  );
  expect(counted.paths).toBeGreaterThan(numRuns);
  expect(counted.parts).toBeGreaterThan(numRuns / 2);
});

/** What each person and agent can do, a line each; nothing of it comes from the difference that a proposal tells. */
function holdings(model: Model): Set<string> {
  const teamsOf = (person: string) => model.teams.filter(({ members = [] }) => members.includes(person));
  const held = entitlementsOf(model, asOf);
  return new Set([
    ...model.people.flatMap(({ username }) => {
      const names = new Set([`person ${username}`, ...teamsOf(username).map(({ name }) => `team ${name}`)]);
      return held.flatMap(({ subject: { kind, name }, capability, target }) =>
        names.has(`${kind} ${name}`) ? [`${username} ${capability} ${target}`] : [],
      );
    }),
    ...held.flatMap(({ subject: { kind, name }, capability, target }) =>
      kind === "agent" ? [`${name} ${capability} ${target}`] : [],
    ),
  ]);
}

const gainsOf = (before: Model, after: Model): string[] => {
  const had = holdings(before);
  return [...holdings(after)].filter((one) => !had.has(one)).sort();
};

test("each proposal, written by the editor, gives the right, and says exactly what else it gives; none smaller does", () => {
  const counted = { no: 0, grant: 0, member: 0, renewal: 0 };
  const questions = fc.record({ who: fc.nat(), capability: fc.nat(), target: fc.nat() });
  fc.assert(
    fc.property(any, questions, (text, chosen) => {
      const setting = settingOf(text);
      const { model } = setting;
      const oneOf = <T>(all: readonly T[], index: number): T => all[index % all.length]!;
      const targets = [...model.projects.map(({ key }) => key), ...model.repositories.map(targetOf)];
      const subject = oneOf(subjectsIn(model), chosen.who);
      const capability = oneOf(capabilitiesIn(model), chosen.capability);
      const question = { subject, capability, target: oneOf(targets, chosen.target) };
      const { can, cells, proposals } = ask(question, setting);
      if (can || cells.length === 0) {
        expect(proposals).toStrictEqual([]);
        return;
      }
      counted.no++;
      expect(proposals.length).toBeGreaterThan(0);
      for (const { candidate, gained, size } of proposals) {
        counted[candidate.kind]++;
        const edited = editAccess(text, changesFor(candidate, text));
        expect(edited.refused).toStrictEqual([]);
        const after = settingOf(edited.text);
        expect(after.model).toStrictEqual(modelWith(candidate, model));
        expect(ask(question, after).can).toBe(true);
        const said = gained.flatMap(({ subject: of, people, capability: what, target }) =>
          (of.kind === "agent" ? [of.name] : people).map((name) => `${name} ${what} ${target}`),
        );
        expect([...new Set(said)].sort()).toStrictEqual(gainsOf(model, after.model));
        expect(size).toBeGreaterThanOrEqual(new Set(said).size);
        if (candidate.kind !== "grant") continue;
        // Any other grant of one capability that is enough gives as much or more.
        for (const other of capabilitiesIn(model)) {
          const grant = { ...candidate.grant, can: [other] };
          const instead: Candidate = { kind: "grant", grant };
          const with_ = modelWith(instead, model);
          const isEnough = ask(question, { ...setting, model: with_ }).can;
          const more = gainsOf(model, with_);
          if (isEnough) expect(more).toStrictEqual(expect.arrayContaining(gainsOf(model, after.model)));
        }
      }
    }),
    { numRuns },
  );
  expect(counted.no).toBeGreaterThan(numRuns / 4);
  expect(counted.renewal).toBeGreaterThan(0);
  expect(Math.min(counted.grant, counted.member)).toBeGreaterThan(numRuns / 20);
  if (exhaustive) console.log(counted);
});

test("the text of a company is read as the company", () => {
  fc.assert(
    fc.property(company, (model) => {
      const { grants, repositories } = modelOf(textOfModel(model));
      expect(grants).toStrictEqual(model.grants);
      expect(repositories.map(targetOf)).toStrictEqual(model.repositories.map(targetOf));
    }),
    { numRuns: 20 },
  );
});
