/**
 * What a provider says of a request that failed, in words. Ours says it in a sentence already; that of Keycloak prints what
 * it sent where, and says it twice.
 */

/** What Keycloak's answer means for what was declared. */
const meanings: readonly (readonly [status: RegExp, meaning: string])[] = [
  [/^400/, "it takes what is declared for wrong; correct what it names"],
  [
    /^40[13]/,
    "the account that signs in to Keycloak may not do this; give it the role, or use one that has it",
  ],
  [/^404/, "what this belongs to is not there any more; look whether somebody has removed it"],
  [/^409/, "something of this name is there already; choose another name, or remove what is there"],
  [/^5/, "the trouble is on Keycloak's side"],
];

const frame = /^\S+\.go:\d+: \S+: ([\s\S]*): provider=\S+$/;
const list = /^\d+ errors? occurred:\s*/;
const answered = /^error sending (\w+) request to (\S+): (\d{3})[^.]*\.(?: Response body: ([\s\S]*))?$/;

/** Each cause once, in words, whatever the provider wraps it in. */
export function causesIn(said: readonly string[]): string[] {
  const bare = said.map((text) => text.replace(/<\{%[^%]*%\}>/g, "").trim());
  const each = bare.flatMap((text) => {
    const own = frame.exec(text)?.[1] ?? text;
    return list.test(own) ? own.replace(list, "").split(/\n\s*\* |^\* /) : [own];
  });
  return [...new Set(each.map((text) => text.trim()).filter((text) => text !== ""))].map(inWords);
}

function inWords(text: string): string {
  const [, method, path = "", status = "", body = ""] = answered.exec(text) ?? [];
  if (method === undefined) return text;
  const said = messageIn(body);
  const meaning = meanings.find(([of]) => of.test(status))?.[1];
  const asked = `${method} ${path.replace(/^\/admin\/realms\/[^/]+/, "") || path}`;
  return `keycloak answered ${status}${said === "" ? "" : ` (${said})`} to ${asked}${meaning === undefined ? "" : `; ${meaning}`}`;
}

/** Keycloak's own words. A body of any other shape may repeat what was sent, so nothing is shown of it. */
function messageIn(body: string): string {
  try {
    const answer = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const { errorMessage, error_description: described, error, field, params, errors } = answer;
    if (Array.isArray(errors)) return errors.map((one) => messageIn(JSON.stringify(one))).join(", ");
    const said = [errorMessage, described, error].find((one) => typeof one === "string");
    if (said === undefined) return "";
    const about = field ?? (Array.isArray(params) ? (params as unknown[])[0] : undefined);
    return `${said.trim().replace(/\.$/, "")}${typeof about === "string" && !said.includes(about) ? `: ${about}` : ""}`;
  } catch {
    return "";
  }
}

/** Whether an operation only ended because something else had failed. */
export function isCancelled(cause: string): boolean {
  return /context cancell?ed|resource monitor (was )?(shut|closed)|operation (was )?cancell?ed/i.test(cause);
}

/** Whether the request may have taken effect nevertheless. */
export function isUncertain(cause: string): boolean {
  return (
    isCancelled(cause) ||
    /^keycloak answered 5|\bEOF\b|deadline exceeded|connection re(set|fused)|timed? ?out|transport is closing/i.test(
      cause,
    )
  );
}
