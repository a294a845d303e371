/**
 * Webhooks of a repository and of the workspace
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/, `hooks`). What happens
 * to pull requests is delivered; other events are kept and never come. A secret never comes back, only whether there is one; a change without a secret leaves it.
 */
import { z } from "zod";
import { json } from "../body";
import { hookEvents, type Schema } from "../contract";
import {
  checkAdministrator,
  endpoint,
  noContent,
  ok,
  page,
  pick,
  repositoryOf,
  type Call,
  type Endpoint,
  type Family,
} from "../endpoint";
import { newUuid } from "../identifiers";
import { type Hook } from "../records";

/** Something that has webhooks: the list is replaced, not changed. */
interface Holder {
  hooks?: Hook[];
}

interface Place {
  readonly path: string;
  readonly subject: "repository" | "workspace";
  /** What holds the webhooks of the call, once the caller is seen to have the right. */
  readonly holder: (call: Call<unknown>) => Holder;
}

const body = z.strictObject({
  type: z.string().optional(),
  url: z.url({ protocol: /^https?$/ }),
  description: z.string().default(""),
  active: z.boolean().default(true),
  events: z.array(z.enum(hookEvents)).min(1),
  secret: z.string().nullish(),
  secret_set: z.boolean().optional(),
});
const change = z.strictObject({
  ...body.shape,
  url: body.shape.url.optional(),
  description: z.string().optional(),
  active: z.boolean().optional(),
  events: body.shape.events.optional(),
});

export const hookEndpoints = [
  ...endpointsOf({
    path: "/2.0/repositories/:workspace/:repository/hooks",
    subject: "repository",
    holder: (call) => repositoryOf(call, "admin"),
  }),
  ...endpointsOf({
    path: "/2.0/workspaces/:workspace/hooks",
    subject: "workspace",
    holder(call) {
      checkAdministrator(call);
      return call.state;
    },
  }),
];

function endpointsOf({ path, subject, holder }: Place): Endpoint[] {
  const family: Family = "webhooks";
  const one = `${path}/:hook`;
  const shown = (hook: Hook): Schema<"webhook_subscription"> => show(hook, subject);
  const find = (call: Call<unknown>): Hook => {
    const uuid = call.param("hook");
    return pick(holder(call).hooks ?? [], (each) => each.uuid === uuid, `Webhook ${uuid}`);
  };
  return [
    endpoint({ method: "GET", path, family, scopes: ["read:webhook:bitbucket"], paged: true }, (call) =>
      page(call, holder(call).hooks ?? [], shown),
    ),
    endpoint(
      {
        method: "POST",
        path,
        family,
        scopes: ["read:webhook:bitbucket", "write:webhook:bitbucket"],
        body: json(body),
      },
      (call) => {
        const { url, description, active, events, secret } = call.body;
        const hook: Hook = {
          uuid: newUuid(),
          url,
          description,
          active,
          events,
          ...(secret ? { secret } : {}),
          createdOn: call.world.clock.text(),
        };
        const place = holder(call);
        place.hooks = [...(place.hooks ?? []), hook];
        const location = `${call.url.origin}${call.url.pathname}/${encodeURIComponent(hook.uuid)}`;
        return { status: 201, body: shown(hook), headers: { location } };
      },
    ),
    endpoint({ method: "GET", path: one, family, scopes: ["read:webhook:bitbucket"] }, (call) =>
      ok(shown(find(call))),
    ),
    endpoint(
      {
        method: "PUT",
        path: one,
        family,
        scopes: ["read:webhook:bitbucket", "write:webhook:bitbucket"],
        body: json(change),
      },
      (call) => {
        const hook = find(call);
        const { secret, url, description, active, events } = call.body;
        hook.url = url ?? hook.url;
        hook.description = description ?? hook.description;
        hook.active = active ?? hook.active;
        hook.events = events ?? hook.events;
        if (secret) hook.secret = secret;
        else if (secret !== undefined) delete hook.secret;
        return ok(shown(hook));
      },
    ),
    endpoint({ method: "DELETE", path: one, family, scopes: ["delete:webhook:bitbucket"] }, (call) => {
      const gone = find(call);
      const place = holder(call);
      place.hooks = place.hooks?.filter((each) => each !== gone) ?? [];
      return noContent();
    }),
  ];
}

function show(hook: Hook, subject: Place["subject"]): Schema<"webhook_subscription"> {
  return {
    type: "webhook_subscription",
    uuid: hook.uuid,
    url: hook.url,
    description: hook.description,
    subject_type: subject,
    active: hook.active,
    created_at: hook.createdOn,
    events: hookEvents.filter((event) => hook.events.includes(event)),
    secret_set: hook.secret !== undefined,
  };
}
