/**
 * Webhooks are told what happens to pull requests, signed as Bitbucket signs
 * (https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/, "Secure webhooks";
 * https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/). Each delivery is tried once: Bitbucket tries up to
 * three times.
 */
import { createHmac, randomUUID } from "node:crypto";
import { once, send } from "@bitbucket-keycloak/http";
import type { PullRequest } from "./code";
import type { Repository, State } from "./entities";
import * as present from "./present";
import { pullRequest } from "./presentCode";

export type DeliveredEvent = "pullrequest:created" | "pullrequest:updated" | "pullrequest:fulfilled";

/** Milliseconds that a receiver may take. */
const patience = 10_000;

/** Tells every webhook that wants to know; whoever caused it does not wait. */
export function deliver(
  state: State,
  repository: Repository,
  event: DeliveredEvent,
  request: PullRequest,
  actor: string,
): void {
  const hooks = [...(repository.hooks ?? []), ...(state.hooks ?? [])];
  const wanted = hooks.filter(({ active, events }) => active && events.includes(event));
  if (wanted.length === 0) return;
  const full_name = `${state.workspace.slug}/${repository.slug}`;
  const body = JSON.stringify({
    actor: present.userBy(state, actor),
    repository: { type: "repository", uuid: repository.uuid, name: repository.name, full_name },
    pullrequest: pullRequest(state, repository, request),
  });
  for (const { url, uuid, secret } of wanted) {
    const signed = secret && `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    const headers = {
      "content-type": "application/json",
      "user-agent": "Bitbucket-Webhooks/2.0",
      "x-event-key": event,
      "x-hook-uuid": uuid.slice(1, -1),
      "x-request-uuid": randomUUID(),
      "x-attempt-number": "1",
      ...(signed ? { "x-hub-signature": signed } : {}),
    };
    // Nobody there: Bitbucket says so on the page of the webhook alone.
    send(url, { method: "POST", headers, body, timeout: patience, patience: once, redirect: "manual" }).catch(
      () => undefined,
    );
  }
}
