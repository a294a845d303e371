/**
 * The settings of one environment. They reach us twice: as values inside the Pulumi program (which has read the stack
 * file itself and decrypted it), and as the text of the stack file for the commands around it. One schema serves
 * both, so that the two cannot evaluate differently.
 */
import { problemsOf } from "../file/issues";
import type { Settings } from "../model";
import { Positions } from "../file/positions";
import { addressOf } from "./serverUrl";
import { shorten, shown, sortProblems, type Problem } from "../problem";
import { realmSettingsOf } from "./realm";
import { refused, settingsSchema } from "./schema";
import { readYaml, type Source } from "../file/source";
import { merge, twoReadings } from "../file/readings";
import { localStack, variable } from "../environment";

/** Name of the Pulumi project: what the keys of a stack file begin with. */
export const projectName = "bitbucket-keycloak";

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings; readonly positions: Positions }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Evaluates the values of the settings. Never throws.
 *
 * @param raw the settings by name, without the project's name before it; what is missing is undefined or left out
 * @param file how problems call their source. Example: `stacks/Pulumi.dev.yaml`
 * @param text of that file, for the line and column of a problem, and for what the commands read differently in it;
 *   undefined where it is not known
 */
export function parseSettings(raw: unknown, file: string, text?: string): SettingsResult {
  const yaml = text === undefined ? undefined : readYaml(text, file);
  const positions = positionsOf(file, raw, yaml?.source);
  const unequal = text === undefined || yaml?.value === undefined ? [] : readDifferently(text, positions);
  return settingsOf(raw, positions, unequal);
}

/**
 * Reads the text of a stack file. What others keep there (encryption, provider settings) is not looked at. Never throws.
 */
export function parseStackFile(text: string, file: string): SettingsResult {
  const { source, value, problems } = readYaml(text, file);
  if (value === undefined) return { ok: false, problems };
  const raw = ownOf(value);
  const positions = positionsOf(file, raw, source);
  return settingsOf(raw, positions, [...problems, ...readDifferently(text, positions)]);
}

/** Where settings stand in a stack file, those that it lacks as well. */
function positionsOf(file: string, raw: unknown, source: Source | undefined): Positions {
  const positions = new Positions(file, source);
  const above = source ? ["config"] : [];
  positions.set([], above);
  for (const setting of new Set([...settingNames, ...Object.keys(entriesOf(raw))]))
    positions.set([setting], [...above, `${projectName}:${setting}`]);
  return positions;
}

/** The settings of this program by name, of all that a stack file holds. */
function ownOf(content: unknown): Record<string, unknown> {
  const own = `${projectName}:`;
  return Object.fromEntries(
    Object.entries(entriesOf(entriesOf(content)["config"]))
      .filter(([key]) => key.startsWith(own))
      .map(([key, value]) => [key.slice(own.length), value]),
  );
}

/** What the program, which gets its settings from Pulumi, would take for another value than the commands do. */
function readDifferently(text: string, positions: Positions): Problem[] {
  return twoReadings(text, ownOf).map(({ path, written }) => ({
    ...positions.at(path),
    found: `${shorten(written, 30)} without quotes, which Pulumi may take for another value`,
    fix: written === merge ? "write out what it stands for" : "write it in quotes",
  }));
}

/** A switch may be a word, since `pulumi` writes it back as one. */
function switched(raw: unknown): Record<string, unknown> {
  const given = entriesOf(raw);
  const protect = switches.get(given["protect"]);
  return { ...given, ...(protect !== undefined && { protect }) };
}

const switches = new Map<unknown, boolean>([
  ["true", true],
  ["false", false],
]);

/** In the order of the stack files. */
export const settingNames: readonly string[] = Object.keys(settingsSchema.shape);

/**
 * The settings as they hold on this machine: for the stack `local`, the variable `KEYCLOAK_URL` names a server that runs
 * already, and `BITBUCKET_KEYCLOAK_CREDENTIAL=rotated` says that the server lacks the extension that keyless pipelines
 * need; `both` moves there. For any other stack its file alone decides, so that a stray variable cannot send it elsewhere.
 */
export function onThisMachine(
  settings: Settings,
  stack: string,
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  if (stack !== localStack) return settings;
  const { [variable.keycloakUrl]: url, [variable.pipelineCredential]: credential } = env;
  return {
    ...settings,
    ...(url && { keycloak: { ...settings.keycloak, url: addressOf(url)?.url ?? url } }),
    ...((credential === "rotated" || credential === "both") && {
      pipelines: { ...settings.pipelines, credential },
    }),
  };
}

/**
 * What is wrong with those variables: `KEYCLOAK_URL` may be http anywhere, and say no more than an address.
 */
export function machineProblems(
  stack: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly Problem[] {
  const given = env[variable.keycloakUrl];
  if (stack !== localStack || !given) return [];
  const address = addressOf(given);
  if (address?.hasMore === false) return [];
  return [
    {
      file: `environment variable ${variable.keycloakUrl}`,
      path: "",
      allowed: 'an address without user, query and fragment, as in "http://127.0.0.1:8080"',
      ...(address
        ? refused({ ...address, isSafe: true })
        : { found: shown(given), fix: "correct it, or unset it" }),
    },
  ];
}

function settingsOf(raw: unknown, positions: Positions, unreadable: readonly Problem[]): SettingsResult {
  const given = switched(raw);
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success && unreadable.length === 0) {
    const { asOf, keycloak, realm: declared, ...settings } = parsed.data;
    const realm = realmSettingsOf(declared);
    const { observed = [], ...owned } = keycloak;
    return {
      ok: true,
      settings: {
        ...settings,
        keycloak: { ...owned, ...(observed.length > 0 && { observed: [...new Set(observed)] }) },
        ...(realm && { realm }),
        ...(asOf !== undefined && { asOf }),
      },
      positions,
    };
  }
  const misset = parsed.success ? [] : problemsOf(parsed.error.issues, given, positions);
  return { ok: false, problems: sortProblems([...unreadable, ...misset]) };
}

function entriesOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
