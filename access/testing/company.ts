/** A small company for tests: each test changes the few lines that it is about. */
import type { Model, Settings } from "../model";
import { parseAccess } from "../file/parse";
import { renderProblem, renderProblems } from "../problem";
import type { Example } from "../checks/check";
import { smallCompany } from "../checks/company";
import { readAccess } from "../checks/validate";

export { smallCompany as companyText };

/** The text with each `[before, after]` replaced; a `before` that is not there is a mistake of the test. */
export function changed(...changes: readonly (readonly [before: string, after: string])[]): string {
  return changes.reduce((text, [before, after]) => {
    if (!text.includes(before)) throw new Error(`the company has no ${before}`);
    return text.replace(before, () => after);
  }, smallCompany);
}

/** The company with other grants, each a line of YAML. */
export function withGrants(...grants: readonly string[]): string {
  const [head = ""] = smallCompany.split("grants:");
  return `${head}grants:${grants.length === 0 ? " []" : ""}\n${grants.map((grant) => `  - { ${grant} }\n`).join("")}`;
}

/** The whole file of an example. */
export function fileOf({ text }: Example): string {
  const sections = (whole: string) => whole.split(/^(?=\w)/m);
  const keyOf = (section: string) => section.split(":", 1)[0];
  const given = new Set(sections(text).map(keyOf));
  const rest = sections(smallCompany).filter((section) => !given.has(keyOf(section)));
  return `${text}\n${rest.join("")}`;
}

export function modelOf(text: string): Model {
  const parsed = parseAccess(text, "access.yaml");
  if (parsed.ok) return parsed.model;
  throw new Error(renderProblems(parsed.problems));
}

/** The settings of a governing stack that stands for `environment`. */
export function settingsFor(environment: string, bitbucket: Partial<Settings["bitbucket"]> = {}): Settings {
  return {
    environment,
    keycloak: { url: "https://keycloak.small.example", realm: "small", people: "declared" },
    bitbucket: {
      url: "https://api.bitbucket.org",
      workspace: "small",
      governing: true,
      plan: "premium",
      ...bitbucket,
    },
    signIn: { kind: "oidc", url: "https://bitbucket.small.example", connection: "none", publish: "hand" },
    lifetimes: { accessToken: 300, sessionIdle: 1_800, session: 36_000, events: 2_592_000 },
    pipelines: { credential: "rotated" },
    rotation: {
      credentials: 2_592_000,
      signingKeys: 7_776_000,
      overlap: 86_400,
      grace: 259_200,
      runner: "none",
      apiTokenExpires: "unknown",
    },
    rotations: {},
    protect: false,
  };
}

/** What is wrong with a text, a line each, without the name of the file. */
export function problemsOf(text: string, settings?: Settings): string[] {
  const access = readAccess(text, "f", settings);
  return access.ok ? [] : access.problems.map((problem) => renderProblem(problem).replace(/^f:/, ""));
}

/** What people are warned of, likewise. */
export function warningsOf(text: string, settings?: Settings): string[] {
  return readAccess(text, "f", settings).warnings.map((warning) => renderProblem(warning).replace(/^f:/, ""));
}
