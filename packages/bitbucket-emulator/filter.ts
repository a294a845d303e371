/**
 * The part of Bitbucket's filter language that clients of this house speak: comparisons joined by AND, in the
 * query parameter `q`, such as `user.email IN ("a@x","b@x")` or `permission > "read"`
 * (https://developer.atlassian.com/cloud/bitbucket/rest/intro/#filtering).
 */
import { ApiError } from "./errors";

export interface Condition {
  readonly field: string;
  readonly operator: "=" | "!=" | ">" | "<" | ">=" | "<=" | "IN";
  readonly values: readonly string[];
}

const comparison = /^([a-z_.]+)\s*(!=|>=|<=|=|>|<|IN\b)\s*(\(.*\)|"[^"]*")$/is;

/**
 * The conditions of a `q` parameter; none for none.
 *
 * @param fields the fields that the endpoint filters by
 * @throws ApiError 400 for what cannot be read, or another field
 */
export function conditionsOf(q: string | null, fields: readonly string[]): readonly Condition[] {
  if (q === null || q.trim() === "") return [];
  return q.split(/\s+AND\s+/i).map((part) => conditionOf(part.trim(), fields));
}

function conditionOf(text: string, fields: readonly string[]): Condition {
  const [, field, operator, operand] = comparison.exec(text) ?? [];
  if (field === undefined || operator === undefined || operand === undefined) {
    throw new ApiError(400, `invalid filter: ${text}`, 'expected field OPERATOR "value"');
  }
  if (!fields.includes(field)) {
    throw new ApiError(400, `cannot filter by ${field}`, `allowed: ${fields.join(", ")}`);
  }
  const upper = operator.toUpperCase() as Condition["operator"];
  if ((upper === "IN") !== operand.startsWith("(")) {
    throw new ApiError(400, `invalid filter: ${text}`, "only IN takes a list");
  }
  return {
    field,
    operator: upper,
    values: [...operand.matchAll(/"([^"]*)"/g)].map(([, value = ""]) => value),
  };
}

/**
 * Whether the fields of one item meet all conditions.
 *
 * @param order ranks values that are not compared as text, such as permissions
 */
export function meets(
  conditions: readonly Condition[],
  field: (name: string) => string | undefined,
  order: (value: string) => number | string = (value) => value,
): boolean {
  return conditions.every(({ field: name, operator, values }) => {
    const found = field(name);
    if (found === undefined) return false;
    const [wanted = ""] = values;
    switch (operator) {
      case "IN":
        return values.includes(found);
      case "=":
        return found === wanted;
      case "!=":
        return found !== wanted;
      case ">":
        return order(found) > order(wanted);
      case "<":
        return order(found) < order(wanted);
      case ">=":
        return order(found) >= order(wanted);
      case "<=":
        return order(found) <= order(wanted);
    }
  });
}
