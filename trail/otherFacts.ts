/** What happened outside of a run: changes by hand, in Keycloak's console or by the engine itself, and sign-ins. */
import type { AdminEvent, Entry } from "./entry";
import { type Fact } from "./fact";

/** None of what belongs to a run. */
export function factsOfOther(entry: Entry): Fact[] {
  const { at, stack } = entry;
  const common = { at, stack, approvers: [], why: [], result: "succeeded" as const, pullRequests: [] };
  switch (entry.act) {
    case "event":
      return entry.run === undefined ? [handFact(entry)] : [];
    case "update": {
      if (entry.run !== undefined) return [];
      const { by, kind, message, result, commit, resources } = entry;
      return [
        {
          ...common,
          how: "by hand",
          givers: [by],
          change: "changed",
          receivers: [],
          what: `pulumi ${kind}, ${countsText(resources)}`,
          targets: [],
          why: message === "" ? [] : [message],
          result: result === "succeeded" ? "succeeded" : "failed",
          ...(commit !== undefined && { commit }),
        },
      ];
    }
    case "sign-in": {
      const { by, client, pipeline, error } = entry;
      return [
        {
          ...common,
          how: "sign-in",
          givers: by ? [by] : [],
          change: "signed in",
          receivers: [],
          what: error === undefined ? "a pipeline signed in" : `a pipeline was refused (${error})`,
          targets: [client],
          result: error === undefined ? "succeeded" : "failed",
          pipeline,
        },
      ];
    }
    case "note":
      return [
        { ...common, how: "note", givers: [], change: "note", receivers: [], what: entry.says, targets: [] },
      ];
    case "began":
    case "ended":
      return [];
  }
}

const gives = new Set(["GROUP_MEMBERSHIP", "CLIENT_ROLE_MAPPING", "REALM_ROLE_MAPPING"]);

function handFact({
  at,
  stack,
  by,
  realm,
  operation,
  resource,
  path,
  subject,
  names,
  error,
}: AdminEvent): Fact {
  const isGift = gives.has(resource) && (operation === "CREATE" || operation === "DELETE");
  const kind = resource.toLowerCase().replaceAll("_", " ");
  return {
    at,
    stack,
    how: "by hand",
    givers: [by],
    approvers: [],
    change: isGift ? (operation === "CREATE" ? "gained" : "lost") : "changed",
    receivers: subject === undefined ? [] : [subject.name],
    ...(subject && subject.kind !== "person" && { by: `${subject.kind} ${subject.name}` }),
    what: isGift ? kind : deedOf({ operation, resource, path, subject, names }),
    targets: isGift ? names : [],
    why: [],
    result: error === undefined ? "succeeded" : "failed",
    ...(error !== undefined && { problem: error }),
    pullRequests: [],
    path: [`realm ${realm}`, path],
  };
}

/** `reset-password person cem`, `update client c1 (enabled: false)`, `create client role client c1 (merge:PAY)` */
function deedOf({
  operation,
  resource,
  path,
  subject,
  names,
}: Pick<AdminEvent, "operation" | "resource" | "path" | "subject" | "names">): string {
  const isOwn = subject !== undefined && ["USER", "GROUP", "CLIENT"].includes(resource);
  const verb = operation === "ACTION" ? (path.split("/").at(-1) ?? operation) : operation.toLowerCase();
  const about = subject === undefined ? path : `${subject.kind} ${subject.name}`;
  const more = names.filter((name) => name !== subject?.name);
  return [
    verb,
    ...(isOwn ? [] : [resource.toLowerCase().replaceAll("_", " ")]),
    about,
    ...(more.length > 0 ? [`(${more.join(", ")})`] : []),
  ]
    .filter((word) => word !== "")
    .join(" ");
}

/** `resources: create 3, update 1` */
export function countsText(resources: Readonly<Record<string, number>>): string {
  const words = Object.entries(resources).flatMap(([operation, count]) =>
    operation === "same" || count === 0 ? [] : [`${operation} ${count}`],
  );
  return words.length === 0 ? "no resource changed" : `resources: ${words.join(", ")}`;
}
