import { mayRepeat, type Method, type Outcome, pauseBefore, waitAsked } from "./retry";

const methods: readonly Method[] = ["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"];

test.each<[string, Outcome, readonly Method[]]>([
  ["refused as too much", { status: 429 }, methods],
  ["answered by a server in trouble", { status: 500 }, ["GET", "HEAD", "PUT", "DELETE"]],
  ["answered by a proxy whose server is away", { status: 503 }, ["GET", "HEAD", "PUT", "DELETE"]],
  ["sent, and not answered", { sent: true }, ["GET", "HEAD", "PUT", "DELETE"]],
  ["never sent", { sent: false }, methods],
  ["refused as wrong", { status: 400 }, []],
  ["not there", { status: 404 }, []],
  ["answered", { status: 200 }, []],
])("what was %s may be sent again by some methods", (_, outcome, expected) => {
  expect(methods.filter((method) => mayRepeat(method, outcome))).toEqual(expected);
});

test("waits double, spread over their upper half, up to a bound; a wait that was asked for is kept", () => {
  const patience = { attempts: 9, first: 500, longest: 3000 };
  expect([2, 3, 4, 5].map((next) => pauseBefore(next, patience, undefined, 0))).toEqual([
    250, 500, 1000, 1500,
  ]);
  expect([2, 3, 4, 5].map((next) => pauseBefore(next, patience, undefined, 1))).toEqual([
    500, 1000, 2000, 3000,
  ]);
  expect([pauseBefore(2, patience, 700, 0), pauseBefore(2, patience, 9000, 0)]).toEqual([700, 3000]);
});

test.each<[string | null, number | undefined]>([
  ["0", 0],
  ["7", 7000],
  ["1.5", 1500],
  ["Thu, 01 Jan 2026 00:00:09 GMT", 9000],
  ["Wed, 31 Dec 2025 23:00:00 GMT", 0],
  ["-1", undefined],
  ["", undefined],
  ["soon", undefined],
  [null, undefined],
])("Retry-After %j asks for %j milliseconds", (header, expected) => {
  expect(waitAsked(header, Date.parse("2026-01-01T00:00:00Z"))).toBe(expected);
});
