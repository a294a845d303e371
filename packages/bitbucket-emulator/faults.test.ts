import { Faults } from "./faults";
import { clientOf, labSeed, people, startLab, tokenOf, type Answer, type Lab } from "./testing/lab";

const groups = "/2.0/repositories/lab/alpha/permissions-config/groups";

describe("which request is struck", () => {
  const struckAt = (fault: object, requests = 8): number[] => {
    const faults = new Faults();
    faults.add(fault);
    return Array.from({ length: requests }, (_, index) => index + 1).filter(() =>
      faults.next("GET", "/2.0/x"),
    );
  };

  test.each([
    ["the first, unless told otherwise", { status: 500 }, [1]],
    ["the third", { status: 500, at: 3 }, [3]],
    ["the third and the fourth", { status: 500, at: 3, times: 2 }, [3, 4]],
    ["all from the sixth on", { status: 500, at: 6, times: "always" }, [6, 7, 8]],
    ["none of another method", { status: 500, method: "PUT" }, []],
    ["none of another path", { status: 500, path: "/2.0/y*" }, []],
    ["those of a pattern", { status: 500, path: "*/x" }, [1]],
    ["every one by a rate of 1", { status: 500, random: { seed: 1, rate: 1 } }, [1, 2, 3, 4, 5, 6, 7, 8]],
    ["none by a rate of 0", { status: 500, random: { seed: 1, rate: 0 } }, []],
    ["as many by chance as allowed", { status: 500, times: 2, at: 3, random: { seed: 1, rate: 1 } }, [3, 4]],
  ])("%s", (_, fault, expected) => {
    expect(struckAt(fault)).toEqual(expected);
  });

  test("chance is the same for the same seed, another for another, and keeps its rate", () => {
    const by = (seed: number): number[] => struckAt({ status: 500, random: { seed, rate: 0.25 } }, 4000);
    expect(by(7)).toEqual(by(7));
    expect(by(7)).not.toEqual(by(8));
    expect(by(7).length).toBeGreaterThan(900);
    expect(by(7).length).toBeLessThan(1100);
  });

  test("each fault counts for itself; where two are due, the first added strikes", () => {
    const faults = new Faults();
    faults.add({ status: 500, at: 2 });
    faults.add({ status: 429, at: 2 });
    expect([1, 2, 3].map(() => faults.next("GET", "/")?.status)).toEqual([undefined, 500, undefined]);
    expect(faults.list()).toEqual([
      { status: 500, at: 2, seen: 3, struck: 1 },
      { status: 429, at: 2, seen: 3, struck: 0 },
    ]);
  });

  test("the braces of a UUID match in either spelling", () => {
    const faults = new Faults();
    faults.add({ status: 500, path: "/x/{1-2}" });
    expect(faults.next("GET", "/x/%7B1-2%7D")?.status).toBe(500);
  });
});

test.each([
  [{}, "fault: expected one of status, reset and delay"],
  [{ status: 200 }, /^fault: status: /],
  [{ status: 500, reset: true }, "fault: status and reset exclude each other"],
  [{ delay: 5, when: "after" }, "fault: when belongs to status and reset"],
  [{ delay: 5, after: 3 }, /Unrecognized key: "after"/],
  [{ status: 500, random: { seed: 1, rate: 2 } }, /^fault: random: rate: /],
])("%j is no fault", (fault, message) => {
  expect(() => {
    new Faults().add(fault);
  }).toThrow(message);
});

describe("over the wire", () => {
  let lab: Lab;
  beforeEach(async () => (lab = await startLab()));
  afterEach(() => lab.emulator.close());

  const grant = (): Promise<Answer> => lab.as("admin").put(`${groups}/empty`, { permission: "read" });
  const granted = async (): Promise<unknown[]> => (await lab.as("admin").get(groups)).json.values;
  const lastLogged = () => lab.emulator.log.since().at(-1);

  test("a status before the effect: nothing happened", async () => {
    lab.emulator.faults.add({ status: 503, method: "PUT" });
    const answer = await grant();
    expect([answer.status, answer.json]).toEqual([
      503,
      { type: "error", error: { message: "Service Unavailable" } },
    ]);
    expect(lastLogged()).toMatchObject({ status: 503, fault: "503 before the effect" });
    expect(await granted()).toEqual([]);
    expect((await grant()).status).toBe(200);
  });

  test("a status after the effect: it happened, and the answer says otherwise", async () => {
    lab.emulator.faults.add({ status: 500, when: "after", method: "PUT" });
    expect((await grant()).status).toBe(500);
    expect(lastLogged()).toMatchObject({ status: 500, account: people.admin, family: "permissions" });
    expect(await granted()).toHaveLength(1);
  });

  test.each([
    ["before", 0],
    ["after", 1],
  ] as const)("a reset %s the effect leaves %i grants, and no answer", async (when, grants) => {
    lab.emulator.faults.add({ reset: true, when, method: "PUT" });
    const error = await grant().catch((reason: unknown) => reason);
    expect((error as { cause: { code: string } }).cause.code).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
    expect(lastLogged()).toMatchObject({ method: "PUT", status: 0, fault: `reset ${when} the effect` });
    expect(await granted()).toHaveLength(grants);
  });

  test("a delay, then the answer as ever", async () => {
    lab.emulator.faults.add({ delay: 150 });
    const started = performance.now();
    expect((await grant()).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(145);
    expect(lastLogged()).toMatchObject({ status: 200, fault: "delay of 150 ms" });
  });

  test("faults come and go by the control endpoints, which none of them strikes", async () => {
    const control = clientOf(lab.emulator.url);
    expect((await control.post("/emulator/faults", { status: 500, times: "always" })).status).toBe(201);
    expect((await control.post("/emulator/faults", [{ reset: true, at: 9 }, { delay: 1 }])).status).toBe(201);
    expect((await grant()).status).toBe(500);
    expect((await control.get("/emulator/faults")).json).toEqual([
      { status: 500, times: "always", seen: 1, struck: 1 },
      { reset: true, at: 9, seen: 1, struck: 0 },
      { delay: 1, seen: 1, struck: 0 },
    ]);
    const wrong = await control.post("/emulator/faults", { status: 200 });
    expect([wrong.status, wrong.json.error]).toEqual([400, expect.stringContaining("fault: status")]);
    expect((await control.delete("/emulator/faults")).status).toBe(204);
    expect((await grant()).status).toBe(200);
  });

  test("a fault needs no credential to strike, and the log shows none", async () => {
    lab.emulator.faults.add({ status: 502, times: "always" });
    expect((await clientOf(lab.emulator.url).get(groups)).status).toBe(502);
    expect(JSON.stringify(lab.emulator.log.since())).not.toContain(tokenOf("admin"));
  });
});

test("a brown-out says where it was announced; a workspace that is taken for spam lists no repositories", async () => {
  const seed = labSeed();
  const spam = await startLab({ seed: { ...seed, workspace: { ...seed.workspace, spam: true } } });
  try {
    const admin = spam.as("admin");
    const announcement = "https://developer.atlassian.com/changelog/#CHANGE-1";
    spam.emulator.faults.add({ status: 410, announcement, path: "*/environments" });
    expect((await admin.get("/2.0/repositories/lab/alpha/environments")).json).toEqual({
      type: "error",
      error: { message: "Gone", data: { announcement_url: announcement } },
    });
    expect((await admin.get("/2.0/repositories/lab")).status).toBe(410);
    expect((await admin.get("/2.0/repositories/lab/alpha")).status).toBe(200);
    expect(() => {
      spam.emulator.faults.add({ status: 500, announcement });
    }).toThrow("announcement belongs to the status 410");
  } finally {
    await spam.emulator.close();
  }
});
