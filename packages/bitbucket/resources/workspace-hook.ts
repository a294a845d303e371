/**
 * A webhook of a workspace. Its secret never comes back, only whether there is one: so a secret that somebody took
 * away is seen, and one that somebody exchanged is not.
 */
import { z } from "zod";

import { listOf } from "@bitbucket-keycloak/pulumi-plugin/define";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Session } from "../api/client";
import type { Body, Hook } from "../api/contract";
import { isGone } from "../api/explain";
import { adopt, defineResource, workspace } from "../define";

const hooks = "/workspaces/{workspace}/hooks";
const hook = `${hooks}/{uid}` as const;

/** https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/; those of issues went on 20 August 2026. */
const events = [
  "repo:push",
  "repo:fork",
  "repo:updated",
  "repo:transfer",
  "repo:created",
  "repo:deleted",
  "repo:imported",
  "repo:commit_comment_created",
  "repo:commit_status_created",
  "repo:commit_status_updated",
  "project:updated",
  "pullrequest:created",
  "pullrequest:updated",
  "pullrequest:push",
  "pullrequest:approved",
  "pullrequest:unapproved",
  "pullrequest:changes_request_created",
  "pullrequest:changes_request_removed",
  "pullrequest:fulfilled",
  "pullrequest:rejected",
  "pullrequest:comment_created",
  "pullrequest:comment_updated",
  "pullrequest:comment_deleted",
  "pullrequest:comment_resolved",
  "pullrequest:comment_reopened",
] as const satisfies Body<typeof hooks, "post">["events"];

interface Content {
  readonly url: string;
  readonly description: string;
  readonly events: readonly (typeof events)[number][];
  readonly active: boolean;
  readonly secret?: string | undefined;
}

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-workspaces/ */
export const workspaceHook = defineResource({
  name: "WorkspaceHook",
  description:
    "A webhook of a workspace: an address that Bitbucket tells about what happens in all its repositories.",
  example: `new bitbucket.WorkspaceHook("audit", {
  workspace: "acme",
  url: "https://audit.acme.example/bitbucket",
  description: "audit",
  events: ["repo:created", "repo:updated"],
  secret: config.requireSecret("auditSecret"),
});`,
  importId: "workspace/hook",
  inputs: z.strictObject({
    workspace,
    url: z
      .string()
      .regex(/^https:\/\/[^@\s]+$/, "an https address without a password in it")
      .meta({ description: "Address that is told, by https." }),
    description: z.string().min(1).meta({
      description: "What it is for. With the address, what the webhook is known by.",
    }),
    events: listOf(z.enum(events), String)
      .refine((listed) => listed.length > 0, "is empty; name one event at least")
      .meta({ description: "What it is told of." }),
    active: z.boolean().default(true).meta({ description: "Whether it is told anything. Default: it is." }),
    secret: z.string().min(1).optional().meta({
      description:
        "Key of the signature by which the receiver knows Bitbucket (`X-Hub-Signature`). Default: no signature.",
      secret: true,
    }),
    adopt,
  }),
  outputs: z.object({
    uuid: z.string().meta({ description: "UUID of the webhook, with braces.", stable: true }),
    adopted: z.boolean().meta({
      description: "Whether it was there without this resource. Deleting the resource then leaves it.",
      stable: true,
    }),
  }),
  lifecycle: {
    async create(inputs, session) {
      const { workspace, url, description } = inputs;
      const there = await find(inputs, session);
      const place = `webhook ${workspace} ${url} ${description}`;
      const { wasThere: adopted, end } = session.firstLooks.beginOne(place, there !== undefined);
      if (there !== undefined && adopted && !inputs.adopt && !same(inputs, there)) refuseOther(inputs, there);
      const { uuid = "" } = there ?? (await add(inputs, session));
      if (there !== undefined && !same(inputs, there)) await put(inputs, session, uuid);
      end();
      return { id: `${workspace}/${uuid}`, outputs: { uuid, adopted } };
    },

    async read({ workspace, hook: uuid }, session, previous) {
      const there = (await all(workspace, session)).find((item) => item.uuid === uuid);
      if (there === undefined) return undefined;
      const secret = secretSeen(previous?.inputs.secret, there.secret_set ?? false);
      const outputs = { uuid, adopted: previous?.outputs.adopted ?? false };
      return {
        id: `${workspace}/${uuid}`,
        inputs: { workspace, ...contentOf(there), ...secret },
        outputs,
      };
    },

    async update({ outputs }, inputs, session) {
      await put(inputs, session, outputs.uuid);
      return outputs;
    },

    async delete({ inputs: { workspace }, outputs: { uuid, adopted } }, session) {
      if (!adopted) await session.delete(hook, { workspace, uid: uuid });
    },
  },
});

type Declared = Content & { readonly workspace: string };

async function all(workspace: string, session: Session): Promise<readonly Hook[]> {
  try {
    return await session.list(hooks, { workspace });
  } catch (thrown) {
    if (isGone(thrown)) return [];
    throw thrown;
  }
}

async function find({ workspace, url, description }: Declared, session: Session): Promise<Hook | undefined> {
  const there = await session.list(hooks, { workspace });
  return there.find((item) => item.url === url && item.description === description);
}

async function add(inputs: Declared, session: Session): Promise<Hook & { readonly uuid: string }> {
  const at = { workspace: inputs.workspace };
  const secrets = secretsOf(inputs);
  return session.createNamed(hooks, at, toBody(inputs), "uuid", () => find(inputs, session), { secrets });
}

async function put(inputs: Declared, session: Session, uuid: string): Promise<void> {
  const at = { workspace: inputs.workspace, uid: uuid };
  await session.put(hook, at, toBody(inputs), { secrets: secretsOf(inputs) });
}

function contentOf({ url = "", description = "", events: told = [], active = false }: Hook): Content {
  // An older one may still name events that are gone: it then differs from whatever is declared.
  return { url, description, events: told as Content["events"], active };
}

/** Null, not absent: what is absent stays as it was. */
function toBody({
  url,
  description,
  events,
  active,
  secret = null,
}: Omit<Content, "secret"> & { readonly secret?: string | null | undefined }) {
  return { url, description, events, active, secret };
}

/** A secret cannot be compared: where one is declared, what is there is other content. */
function same(declared: Content, there: Hook): boolean {
  const present = contentOf(there);
  return (
    declared.active === present.active &&
    declared.secret === undefined &&
    there.secret_set !== true &&
    [...declared.events].sort().join() === [...present.events].sort().join()
  );
}

function refuseOther(declared: Declared, there: Hook): never {
  const text = ({ active, events: told }: Content, secret: boolean) =>
    `${active ? "active" : "not active"}, ${[...told].sort().join(" ")}, ${secret ? "with a secret" : "without a secret"}`;
  throw new Problem(
    `webhook "${declared.description}" to ${declared.url} of workspace ${declared.workspace} is there already with other content: present ${text(contentOf(there), there.secret_set ?? false)}; declared ${text(declared, declared.secret !== undefined)}; declare it as it is, or set adopt: true to change it`,
  );
}

/** What was sent, as long as nothing speaks against it; empty for one that came or went without us. */
function secretSeen(sent: string | undefined, isSet: boolean): { secret?: string } {
  if (isSet && sent !== undefined) return { secret: sent };
  return isSet || sent !== undefined ? { secret: "" } : {};
}

function secretsOf({ secret }: Content): string[] {
  return secret === undefined ? [] : [secret];
}
