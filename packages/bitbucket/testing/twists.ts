/** Ways in which an answer can be wrong, as data that fast-check makes, and makes smaller. */
import fc from "fast-check";

import type { Answer, Asked, Raw } from "./world";

/** Where in an answer, by the number of the member at each level. */
type Path = readonly number[];

export type Twist =
  | { readonly kind: "as it is" }
  | { readonly kind: "replace"; readonly path: Path; readonly by: unknown }
  | { readonly kind: "drop"; readonly path: Path }
  | { readonly kind: "cut"; readonly share: number }
  | { readonly kind: "other"; readonly status: number; readonly body: unknown }
  | { readonly kind: "page of a proxy"; readonly status: number }
  | { readonly kind: "repeats what was sent"; readonly status: number; readonly where: "message" | "next" }
  | { readonly kind: "next"; readonly to: "itself" | "another server" | "nowhere" | "a number" | "endless" }
  | { readonly kind: "huge" };

const status = fc.oneof(fc.constantFrom(200, 201, 204, 400, 404, 409, 500), fc.integer({ min: 200, max: 599 })); // prettier-ignore
const path = fc.array(fc.nat(6), { maxLength: 5 });

export const twist: fc.Arbitrary<Twist> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("as it is" as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("replace" as const), path, by: fc.jsonValue({ maxDepth: 2 }) }) }, // prettier-ignore
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("drop" as const), path }) },
  fc.record({ kind: fc.constant("cut" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant("other" as const), status, body: fc.jsonValue({ maxDepth: 3 }) }),
  fc.record({ kind: fc.constant("page of a proxy" as const), status }),
  fc.record({ kind: fc.constant("repeats what was sent" as const), status, where: fc.constantFrom("message" as const, "next" as const) }), // prettier-ignore
  fc.record({ kind: fc.constant("next" as const), to: fc.constantFrom("itself" as const, "another server" as const, "nowhere" as const, "a number" as const) }), // prettier-ignore
  fc.record({ kind: fc.constant("huge" as const) }),
);

/** What the server sends instead of its answer. */
export function twisted(twist: Twist, answer: Answer, asked: Asked): Answer | Raw {
  const { status, body } = answer;
  switch (twist.kind) {
    case "as it is":
      return answer;
    case "replace":
      return { status, body: changed(body, twist.path, () => twist.by) };
    case "drop":
      return { status, body: changed(body, twist.path, () => undefined) };
    case "cut": {
      const text = body === undefined ? "" : JSON.stringify(body);
      return { status, text: text.slice(0, Math.floor(text.length * twist.share)) };
    }
    case "other":
      return { status: twist.status, body: twist.body };
    case "page of a proxy":
      return { status: twist.status, text: `<html><h1>Gateway</h1>${JSON.stringify(asked.headers)}</html>` };
    case "repeats what was sent":
      return { status: twist.status, body: repeating(asked, twist.where) };
    case "next":
      return { status, body: { ...asObject(body), next: nextPage(twist.to, asked) } };
    case "huge":
      return { status, body: hugeOf(body) };
  }
}

function repeating({ headers, raw }: Asked, where: "message" | "next"): object {
  const sent = `${headers.authorization ?? ""} ${raw}`;
  return where === "message"
    ? { error: { message: `cannot take ${sent}` } }
    : { values: [], next: `http://127.0.0.1:9/?${sent}` };
}

function nextPage(to: (Twist & { kind: "next" })["to"], { url }: Asked): unknown {
  if (to === "itself") return url.href;
  if (to === "another server") return "https://another.example/2.0/";
  if (to === "nowhere") return "not an address";
  if (to === "a number") return 2;
  const next = new URL(url);
  next.searchParams.set("page", String(Number(url.searchParams.get("page") ?? 1) + 1));
  return next.href;
}

function hugeOf(body: unknown): unknown {
  const repeat = (list: unknown[]) => Array.from({ length: 300 }, (_, index) => list[index % list.length] ?? {}); // prettier-ignore
  if (Array.isArray(body)) return repeat(body);
  const { values } = asObject(body);
  return Array.isArray(values) ? { ...asObject(body), values: repeat(values) } : body;
}

function asObject(body: unknown): Record<string, unknown> {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}

/** A copy in which one member is another; the whole, where the path leads nowhere. */
function changed(value: unknown, [step, ...rest]: Path, by: () => unknown): unknown {
  const members = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (step === undefined || members.length === 0) return by();
  const at = members[step % members.length] ?? "";
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...asObject(value) }) as Record<string, unknown>; // prettier-ignore
  copy[at] = changed(copy[at], rest, by);
  return copy;
}
