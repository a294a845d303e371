/**
 * Reading the body of a request, strictly: the content type must be the endpoint's, a field that the contract
 * does not know is a `ContractError`, a known field with a wrong value is Bitbucket's own 400. The generous manner leaves
 * out what the contract does not know.
 */
import { type HonoRequest } from "hono";
import { type z } from "zod";
import { ApiError, ContractError } from "./errors";
import { type Manner } from "./manner";

export type BodyReader<Body> = (request: HonoRequest, manner: Manner) => Promise<Body>;

/** No body at all. */
export const nothing: BodyReader<undefined> = async (request, manner) => {
  const text = await request.text();
  if (text !== "" && manner === "strict") throw new ContractError(400, "this endpoint takes no body");
  return undefined;
};

/** A JSON document that a schema describes. */
export function json<Body>(schema: z.ZodType<Body>): BodyReader<Body> {
  return async (request, manner) => {
    expectType(request, "application/json");
    return check(schema, parse(await request.text()), manner);
  };
}

/** A JSON document, or nothing, which stands for `{}`. */
export function optionalJson<Body>(schema: z.ZodType<Body>): BodyReader<Body> {
  return async (request, manner) => {
    const text = await request.text();
    if (text !== "") expectType(request, "application/json");
    return check(schema, text === "" ? {} : parse(text), manner);
  };
}

/** Fields of an HTML form that a schema describes. */
export function form<Body>(schema: z.ZodType<Body>): BodyReader<Body> {
  return async (request, manner) => {
    expectType(request, "application/x-www-form-urlencoded");
    return check(schema, Object.fromEntries(new URLSearchParams(await request.text())), manner);
  };
}

/** Fields of an HTML form of either encoding, as sent: names may repeat, files are read as text. */
export const fields: BodyReader<readonly (readonly [name: string, value: string])[]> = async (request) => {
  expectType(request, "application/x-www-form-urlencoded", "multipart/form-data");
  const entries = [...(await request.formData())];
  return Promise.all(
    entries.map(
      async ([name, value]) => [name, typeof value === "string" ? value : await value.text()] as const,
    ),
  );
};

function expectType(request: HonoRequest, ...allowed: readonly string[]): void {
  const type = (request.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (allowed.includes(type)) return;
  throw new ContractError(
    415,
    `content type ${type === "" ? "missing" : type}, expected ${allowed.join(" or ")}`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, "the body is not JSON");
  }
}

/** Never shows a value: bodies carry secrets. */
function check<Body>(schema: z.ZodType<Body>, value: unknown, manner: Manner): Body {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.filter((issue) => issue.code === "unrecognized_keys");
  if (manner === "generous" && unknown.length > 0) {
    for (const { path, keys } of unknown) remove(value, path, keys);
    return check(schema, value, manner);
  }
  for (const issue of unknown) {
    throw new ContractError(400, `unknown field ${issue.path.concat(issue.keys).join(".")}`);
  }
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  throw new ApiError(400, "Bad request", wrong.join("; "));
}

/** Takes keys out of an object that lies somewhere in a document. */
function remove(document: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  const at = path.reduce((inside, key) => (inside as Record<PropertyKey, unknown>)[key], document);
  for (const key of keys) Reflect.deleteProperty(at as object, key);
}
