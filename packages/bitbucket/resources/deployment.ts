/**
 * A deployment environment of a repository. Its type cannot change. Its other properties change by one request,
 * which takes effect a moment after Bitbucket has accepted it, and which resets whatever it leaves out: so name and
 * gate are always sent together. Names are one name to Bitbucket that differ in case only: the environment `Production`,
 * which Bitbucket makes by itself, is the one that is declared as `production`, and keeps its own spelling.
 */
import { isSameEnvironment } from "../api/environmentNames";
import { z } from "zod";

import { PartlyDone, Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Session } from "../api/client";
import type { Environment } from "../api/contract";
import { isGone } from "../api/explain";
import { settled } from "../api/retry";
import {
  adopt,
  adoptBy,
  at,
  defineResource,
  inRepository,
  repositoryNaming,
  type Place,
  placeNow,
} from "../define";

const environments = "/repositories/{workspace}/{repo_slug}/environments";
const environment = `${environments}/{environment_uuid}` as const;
const changes = `${environment}/changes` as const;

interface Content {
  readonly name: string;
  readonly type: "Test" | "Staging" | "Production";
  readonly adminOnly: boolean;
}

/** https://support.atlassian.com/bitbucket-cloud/docs/set-up-and-monitor-deployments/ */
export const deployment = defineResource({
  name: "Deployment",
  description:
    "A deployment environment of a repository, and whether only its administrators may deploy to it.",
  example: `const prod = new bitbucket.Deployment("web-prod", {
  workspace: "acme",
  repository: "web",
  name: "prod",
  type: "Production",
  adminOnly: true,
});`,
  importId: "workspace/repository/environment",
  deleteBeforeReplace: true,
  inputs: z.strictObject({
    ...inRepository,
    name: z.string().min(1).meta({ description: "Name of the environment, for example `staging`." }),
    type: z.enum(["Test", "Staging", "Production"]).meta({
      description: "Kind of environment: where it stands in the order of promotion.",
      replaceOnChanges: true,
    }),
    adminOnly: z.boolean().default(false).meta({
      description:
        "Whether only administrators of the repository may deploy to it (Premium plan). Default: everybody who may write.",
    }),
    adopt,
    adoptBy,
  }),
  outputs: z.object({
    uuid: z.string().meta({ description: "UUID of the environment, with braces.", stable: true }),
    adopted: z.boolean().meta({
      description: "Whether it was there without this resource. Deleting the resource then leaves it.",
      stable: true,
    }),
  }),
  naming: repositoryNaming,
  lifecycle: {
    async create(inputs, session) {
      const there = await find(inputs, session, inputs.name);
      const place = `environment ${inputs.workspace}/${inputs.repository}/${inputs.name}`;
      const { wasThere: adopted, end } = session.firstLooks.beginOne(place, there !== undefined);
      if (there && adopted && !inputs.adopt) refuseOther(inputs, there);
      if (there && contentOf(there).type !== inputs.type) refuseOther(inputs, there);
      const made = there ?? (await add(inputs, session));
      const outputs = { uuid: made.uuid ?? "", adopted };
      end();
      const id = idOf(inputs, outputs.uuid);
      try {
        if (!isAsDeclared(inputs, made)) await settle(inputs, session, outputs.uuid, there !== undefined);
      } catch (thrown) {
        throw new PartlyDone(
          id,
          { ...inputs, ...(await seen(inputs, session, outputs.uuid)) },
          outputs,
          thrown,
        );
      }
      return { id, outputs };
    },

    async read({ environment: key, ...named }, session, previous) {
      const place = placeNow(named, previous);
      const there = await find(place, session, key).catch((thrown: unknown) => {
        if (isGone(thrown)) return undefined;
        throw thrown;
      });
      if (there?.uuid === undefined) return undefined;
      const outputs = { uuid: there.uuid, adopted: previous?.outputs.adopted ?? false };
      const content = contentOf(there);
      const declared = previous?.inputs.name ?? "";
      const name = isSameEnvironment(declared, content.name) ? declared : content.name;
      return { id: idOf(place, there.uuid), inputs: { ...place, ...content, name }, outputs };
    },

    async update({ inputs: before, outputs }, inputs, session) {
      const there = await find(inputs, session, outputs.uuid);
      const isRespelled = before.name !== inputs.name && there?.name !== inputs.name;
      if (there === undefined || isRespelled || !isAsDeclared(inputs, there)) {
        await settle(inputs, session, outputs.uuid, true);
      }
      return outputs;
    },

    async delete({ inputs, outputs: { uuid, adopted } }, session) {
      if (!adopted) await session.delete(environment, { ...at(inputs), environment_uuid: uuid });
    },
  },
});

const idOf = ({ workspace, repository }: Place, uuid: string) => `${workspace}/${repository}/${uuid}`;

/** @param key UUID with braces, or the name, in whatever case */
export async function find(place: Place, session: Session, key: string): Promise<Environment | undefined> {
  const there = await session.list(environments, at(place));
  return (
    there.find(({ uuid }) => uuid === key) ??
    there.find(({ name }) => name === key) ??
    there.find(({ name = "" }) => isSameEnvironment(name, key))
  );
}

/** All of a repository, as Bitbucket lists them. */
export async function environmentsOf(
  place: Place,
  session: Session,
): Promise<readonly (Content & { readonly uuid: string })[]> {
  const there = await session.list(environments, at(place));
  return there.map((one) => ({ uuid: one.uuid ?? "", ...contentOf(one) }));
}

async function add(inputs: Place & Content, session: Session): Promise<Environment> {
  const lookUp = () => find(inputs, session, inputs.name);
  const body = {
    type: "deployment_environment",
    name: inputs.name,
    environment_type: { name: inputs.type },
    restrictions: { admin_only: inputs.adminOnly },
  } as const;
  return session.createNamed(environments, at(inputs), body, "uuid", lookUp);
}

/**
 * Waits until Bitbucket shows name and gate as they are declared: a plan that lacks restricted environments may accept
 * the setting and drop it.
 *
 * @param change whether they have to be asked for first
 */
async function settle(
  inputs: Place & Content,
  session: Session,
  uuid: string,
  change: boolean,
): Promise<void> {
  const isThere = async () => {
    const there = await find(inputs, session, uuid);
    return there && isAsDeclared(inputs, there) ? true : undefined;
  };
  if (change) {
    const body = { name: inputs.name, restrictions: { admin_only: inputs.adminOnly } };
    await session.create(changes, { ...at(inputs), environment_uuid: uuid }, { change: body }, isThere);
  }
  if (await settled(isThere, session.signal)) return;
  throw new Problem(
    `bitbucket accepted environment ${inputs.name} of repository ${inputs.workspace}/${inputs.repository} with adminOnly ${String(inputs.adminOnly)}, but does not show it so; restricted environments need a Premium plan: change the plan, or set adminOnly: false`,
  );
}

async function seen(place: Place, session: Session, uuid: string): Promise<Content | undefined> {
  const there = await find(place, session, uuid);
  return there && contentOf(there);
}

/** Whether name and gate are what is declared. An answer to a creation tells it, too. */
function isAsDeclared({ name, adminOnly }: Content, there: Environment): boolean {
  const content = contentOf(there);
  return isSameEnvironment(content.name, name) && content.adminOnly === adminOnly;
}

function contentOf({ name = "", environment_type, restrictions }: Environment): Content {
  return { name, type: environment_type?.name ?? "Test", adminOnly: restrictions?.admin_only ?? false };
}

function refuseOther(declared: Place & Content & { adoptBy?: string | undefined }, there: Environment): void {
  const present = contentOf(there);
  if (present.type === declared.type && present.adminOnly === declared.adminOnly) return;
  const text = ({ type, adminOnly }: Content) => `${type}, adminOnly ${String(adminOnly)}`;
  const fix =
    present.type === declared.type
      ? `declare it as it is, or ${declared.adoptBy ?? "set adopt: true"} to change it`
      : "its type cannot change: declare it as it is, or remove it first";
  throw new Problem(
    `environment ${present.name} of repository ${declared.workspace}/${declared.repository} is there already with other content: present ${text(present)}; declared ${text(declared)}; ${fix}`,
  );
}
