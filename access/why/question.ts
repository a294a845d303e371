/** What is asked on a command line: may this subject do that there, or who may. */
import { meantName, meantOf, meantPerson, type Named } from "../meant";
import { targetOf } from "../tree";
import { plainCapabilities, type Capability } from "../vocabulary";
import type { Model, Subject, Target } from "../model";

/** A team, a person, an agent, or the pipeline of a repository. */
type Asker = Subject | { readonly kind: "pipeline"; readonly name: Target };

export interface Question {
  /** Undefined: who can do it. */
  readonly subject?: Asker;
  /** Undefined: everything that there is. */
  readonly capability?: Capability;
  /** A project, or a repository. */
  readonly target: Target;
}

/** Everything that may be done anywhere in the company. */
export function capabilitiesIn({ environments }: Pick<Model, "environments">): Capability[] {
  return [...plainCapabilities, ...environments.map(({ name }): Capability => `deploy:${name}`)];
}

const shape = "[<who>] [<capability>] <project or repository>, as in dora merge PAY/payments-api";

/**
 * @param words who and what may be left out; the target comes last
 * @param realm whom Keycloak knows by the first word. Default: nobody was asked for
 * @throws Error for a name that nobody and nothing has, with the one that may be meant
 */
export function questionOf(words: readonly string[], model: Model, realm: readonly Named[] = []): Question {
  const [last, ...before] = [...words].reverse();
  const [second, first, ...more] = before;
  if (last === undefined || more.length > 0)
    throw new Error(`found ${words.length} words; allowed: ${shape}`);
  const target = targetMeant(last, model);
  if (second === undefined) return { target };
  const capabilities = capabilitiesIn(model);
  if (first !== undefined) {
    const capability = meantName(second, capabilities, "capability") as Capability;
    return { subject: askerMeant(first, model, realm), capability, target };
  }
  const capability = meantOf(second, capabilities) as Capability | undefined;
  return capability === undefined
    ? { subject: askerMeant(second, model, realm), target }
    : { capability, target };
}

/** @param given a key, `PROJECT/slug`, or a slug, of which a workspace has each once */
function targetMeant(given: string, { projects, repositories }: Model): Target {
  const targets = repositories.map(targetOf);
  const names = new Map([
    ...repositories.map((one): [string, Target] => [one.slug, targetOf(one)]),
    ...[...projects.map(({ key }) => key), ...targets].map((name): [string, Target] => [name, name]),
  ]);
  const meant = meantName(given, [...names.keys()], "project or repository");
  return names.get(meant) ?? meant;
}

const kinds = ["person", "team", "agent", "pipeline"] as const;

/** @param given a name, with its kind before it where several have it (`team:platform`); a person by e-mail address, too */
function askerMeant(given: string, model: Model, realm: readonly Named[]): Asker {
  const { people, teams, agents, repositories } = model;
  const targets = repositories.map(targetOf);
  const slugs = new Map(repositories.map((one) => [one.slug, targetOf(one)]));
  const names = {
    person: [...people, ...realm].map(({ username }) => username),
    team: teams.map(({ name }) => name),
    agent: agents.map(({ name }) => name),
    pipeline: [...slugs.keys(), ...targets],
  };
  const asker = (kind: Asker["kind"], name: string): Asker => ({
    kind,
    name: kind === "pipeline" ? (slugs.get(name) ?? name) : name,
  });
  const [, prefix, rest = ""] = /^(\w+):(.*)$/.exec(given) ?? [];
  const kind = kinds.find((one) => one === prefix);
  if (kind === "person") return asker(kind, meantPerson(rest, people, realm));
  if (kind !== undefined) return asker(kind, meantName(rest, names[kind], kind));
  if (given.includes("@")) return asker("person", meantPerson(given, people, realm));
  const found = kinds.flatMap((one) => {
    const name = meantOf(given, names[one]);
    return name === undefined ? [] : [asker(one, name)];
  });
  const [only, other] = found;
  if (only === undefined)
    meantName(given, [...new Set(Object.values(names).flat())], "person, team, agent or pipeline");
  if (only === undefined || other !== undefined)
    throw new Error(
      `found ${JSON.stringify(given)}, which may be ${found.map((one) => `${one.kind}:${one.name}`).join(" or ")}; write it so`,
    );
  return only;
}
