/**
 * What guards, and how to tell that it guards less: of the file, of the settings, of the exceptions. Each weakening has a
 * key, which says what it is now, and the place that is asked (empty: the company).
 */
import type { State } from "./company";
import { controlsIn, isRestricted, repositoriesOf } from "./rights";

type Weakened = readonly (readonly [key: string, place: string])[];

const loosening = ["keepApprovalsOfSameDiff", "autoMerge"];
const bounds = ["commitsBehind"];

function checkIsWeaker(name: string, was: number | boolean = false, is: number | boolean = false): boolean {
  if (loosening.includes(name)) return is === true && was !== true;
  if (bounds.includes(name)) return was !== false && (is === false || Number(is) > Number(was));
  return Number(is) < Number(was);
}

function ofRepositories(from: State, to: State): Weakened {
  const now = new Map(repositoriesOf(to.access).map((one) => [one.target, one]));
  const controls = new Set([...controlsIn(from), ...controlsIn(to)]);
  const gated = (name: string) => isRestricted(from.access, name) || isRestricted(to.access, name);
  return repositoriesOf(from.access).flatMap(
    ({ target, project, deploys, branches, credential }): Weakened => {
      const place = controls.has(target) ? "" : project;
      const is = now.get(target);
      const deploysThere = deploys.filter(gated);
      if (is === undefined) {
        const guarded = Object.keys(branches).length > 0 || deploysThere.length > 0;
        return guarded ? [[`gone ${target}`, place]] : [];
      }
      const checks = Object.entries(branches).flatMap(
        ([pattern, { enforced: was = true, ...rules }]): Weakened => {
          const left = is.branches[pattern];
          if (left === undefined) return [[`open ${target} ${pattern}`, place]];
          const { enforced = true, ...kept } = left;
          const names = [...new Set([...Object.keys(rules), ...Object.keys(kept)])];
          const weaker = names.filter((name) => checkIsWeaker(name, rules[name], kept[name]));
          return [
            ...weaker.map((name) => [`check ${target} ${pattern} ${name} ${kept[name]}`, place] as const),
            ...(was === true && enforced === false ? [[`shown ${target} ${pattern}`, place] as const] : []),
          ];
        },
      );
      const lost = deploysThere.filter((name) => !is.deploys.includes(name));
      return [
        ...checks,
        ...lost.map((name) => [`environment ${name} leaves ${target}`, place] as const),
        ...(is.credential === credential ? [] : [[`credential ${target} ${is.credential}`, place] as const]),
      ];
    },
  );
}

function ofModel({ access: from }: State, { access: to }: State): Weakened {
  const environments = Object.entries(from.environments).flatMap(([name, was]): Weakened => {
    const is = to.environments[name];
    const open = was.restricted === true && is?.restricted !== true;
    const more = is?.deployers?.filter((team) => !was.deployers?.includes(team)) ?? [];
    const wider =
      was.deployers !== undefined && is !== undefined && (is.deployers === undefined || more.length > 0);
    return [
      ...(open ? [[`unrestricted ${name}`, ""] as const] : []),
      ...(is !== undefined && is.type !== was.type ? [[`type ${name} ${is.type}`, ""] as const] : []),
      ...(wider ? [[`deployers ${name} ${is.deployers?.join(" ") ?? ""}`, ""] as const] : []),
    ];
  });
  const kept = new Set(to.separation.map((one) => JSON.stringify(one)));
  const share = ({ removal = "25%" }: { removal?: string }) => Number.parseInt(removal);
  const agents = Object.entries(from.agents).flatMap(([name, was]): Weakened => {
    const is = to.agents[name];
    if (is === undefined) return [];
    const life = ({ tokenLife = "5 minutes" }: { tokenLife?: string }) => Number.parseInt(tokenLife);
    return [
      ...(is.jwks === was.jwks ? [] : [[`keys of ${name} ${is.jwks}`, ""] as const]),
      ...(life(is) > life(was) ? [[`tokens of ${name} ${is.tokenLife}`, ""] as const] : []),
    ];
  });
  return [
    ...environments,
    ...agents,
    ...from.owners.flatMap((name) =>
      to.owners.includes(name) ? [] : [[`owner ${name} removed`, ""] as const],
    ),
    ...from.separation.flatMap((one) => {
      const key = JSON.stringify(one);
      return kept.has(key) ? [] : [[`together ${key}`, ""] as const];
    }),
    ...((to.limits.owners ?? 2) < (from.limits.owners ?? 2)
      ? [[`owners ${to.limits.owners}`, ""] as const]
      : []),
    ...(share(to.limits) > share(from.limits) ? [[`removal ${to.limits.removal}`, ""] as const] : []),
    ...from.control.flatMap((one) => (to.control.includes(one) ? [] : [[`no control ${one}`, ""] as const])),
  ];
}

const seconds = (length: string): number => {
  const [count = "", unit = ""] = length.split(" ");
  const sizes: Record<string, number> = { minute: 60, hour: 3_600, day: 86_400 };
  return Number(count) * (sizes[unit.replace(/s$/, "")] ?? 1);
};
type Weaker = (was: string, is: string) => boolean;
const any: Weaker = () => true;
const longer: Weaker = (was, is) => seconds(is) > seconds(was);
const fewer: Weaker = (was, is) => Number(is) < Number(was);
const longLived = ["keyless", "both", "rotated"];

/** By path; a setting that is not here guards nothing. */
const settings: Readonly<Record<string, Weaker>> = {
  environment: any,
  "keycloak.url": any,
  "keycloak.realm": any,
  "keycloak.people": any,
  "bitbucket.workspace": any,
  "bitbucket.governing": any,
  "signIn.url": any,
  "signIn.publish": any,
  "lifetimes.accessToken": longer,
  "lifetimes.sessionIdle": longer,
  "lifetimes.session": longer,
  "lifetimes.events": (was, is) => longer(is, was),
  "pipelines.credential": (was, is) => longLived.indexOf(is) > longLived.indexOf(was),
  "rotation.credentials": longer,
  "rotation.signingKeys": longer,
  "rotation.overlap": longer,
  "rotation.grace": longer,
  "rotation.runner": any,
  "rotations.api|dev.manualRotations": fewer,
  "rotations.api|dev.revocations": fewer,
  protect: (was) => was === "true",
  asOf: (_, is) => is !== "nothing",
};

function ofSettings({ config: from }: State, { config: to }: State): Weakened {
  const read = (config: unknown, path: string): string => {
    const steps = path.split(".").map((step) => step.replace("|", "."));
    const found = steps.reduce((at, step) => (at as Record<string, unknown> | undefined)?.[step], config);
    return found === undefined ? "nothing" : JSON.stringify(found).replaceAll('"', "");
  };
  return Object.entries(settings).flatMap(([path, isWeaker]) => {
    const [was, is] = [read(from, path), read(to, path)];
    const none = path.startsWith("rotations.") && is === "nothing" && was !== "nothing";
    return was !== is && (none || isWeaker(was, is)) ? [[`setting ${path} ${is}`, ""] as const] : [];
  });
}

function ofExceptions({ exceptions: from }: State, { exceptions: to }: State): Weakened {
  return to.flatMap(({ rule, on, until }) => {
    const was = from.find((one) => one.rule === rule && one.on === on);
    const wider = was === undefined || until > was.until;
    return wider ? [[`exception ${rule} ${on} ${until}`, ""] as const] : [];
  });
}

export function weakenedBetween(from: State, to: State): Weakened {
  const program = from.program === to.program ? [] : [[`program ${to.program}`, ""] as const];
  return [...[ofRepositories, ofModel, ofSettings, ofExceptions].flatMap((of) => of(from, to)), ...program];
}
