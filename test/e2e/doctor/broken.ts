/**
 * A world in which one thing is missing, made as it comes about: in a setting, in the environment, in the files, in
 * Bitbucket, in Keycloak. What mends it does what `doctor` says.
 */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { withSettings } from "../world";
import { companyText, type SmallCompany } from "../world/smallCompany";
import { organization } from "./company";

export interface BrokenWorld {
  readonly what: string;
  /** The one check that finds it. */
  readonly found: string;
  /** What doctor says to do, in part. */
  readonly fix: string;
  /** Whether it is left out unless everything is tried. */
  readonly isRare?: true;
  readonly breakIt: (company: SmallCompany) => Promise<Broken> | Broken;
}

export interface Broken {
  /** Variables that are otherwise. */
  readonly env?: NodeJS.ProcessEnv;
  /** Variables that are otherwise after it. Absent: the environment alone was wrong, and is what it was before. */
  readonly mendIt?: () => Promise<NodeJS.ProcessEnv> | NodeJS.ProcessEnv;
}

export const stackFile = "stacks/Pulumi.main.yaml";

/** The environment lacks or has something wrong, and is set right. */
export const inEnvironment = (
  what: string,
  found: string,
  fix: string,
  env: NodeJS.ProcessEnv,
): BrokenWorld => ({
  what,
  found,
  fix,
  breakIt: () => ({ env }),
});

/** A setting is wrong, and is corrected. */
export const inSettings = (
  what: string,
  found: string,
  fix: string,
  settings: Readonly<Record<string, string | boolean>>,
): BrokenWorld => ({
  what,
  found,
  fix,
  breakIt: (company) => settingsAs(company, settings),
});

export function settingsAs(
  company: SmallCompany,
  settings: Readonly<Record<string, string | boolean>>,
): Broken {
  const before = company.written(stackFile);
  company.write(stackFile, withSettings(before, settings));
  return {
    mendIt: () => {
      company.write(stackFile, before);
      return {};
    },
  };
}

/** `access.yaml` says something that is not so, and is corrected. */
export const inAccess = (
  what: string,
  found: string,
  fix: string,
  text: string,
  mended = companyText,
): BrokenWorld => ({
  what,
  found,
  fix,
  breakIt: (company) => {
    company.declare(text);
    return {
      mendIt: () => {
        company.declare(mended);
        return {};
      },
    };
  },
});

export async function bitbucket(
  { world }: SmallCompany,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const { status, json } = await world.bitbucket(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
}

/** At the pages of the organisation. */
export async function inOrganization(
  { world }: SmallCompany,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const { status } = await fetch(
    `${world.emulator.url}/admin/v2/orgs/${organization.id}/directories/${organization.directory}/${path}`,
    {
      method,
      headers: { authorization: `Bearer ${organization.apiKey}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    },
  );
  if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
}

export const emptyFolder = (company: SmallCompany) => mkdtempSync(join(company.checkout.folder, "nothing-"));

/** One that differs little from another. */
export const rarely = (world: BrokenWorld): BrokenWorld => ({ ...world, isRare: true });
