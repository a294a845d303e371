/** A look at more than an hour takes: by the emulator's clock, against its hourly limit. */
import { HourSpent } from "@pulumi/bitbucket/api/meter";
import { Records } from "../../../clients/look/records";
import { startBoth, type Both } from "../../../test/grown/both";
import { grownWorld } from "../../../test/grown/world";
import { costOf, costText } from "./cost";
import { lookWithin } from "./look";

const isExhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
/** A tenth of what it says, with a tenth of the hour's requests, unless everything is tried. */
const scale = isExhaustive ? 1 : 0.1;
const size = { people: 30, groups: 8, projects: 4, repositories: 400 * scale, clients: 1 };
const hourly = 1_000 * scale;
const world = grownWorld(size, 2);

let both: Both;
beforeAll(async () => {
  // So many within a moment as a fast client sends are no matter here.
  const burst = { requests: 1_000_000, milliseconds: 1 };
  both = await startBoth(world, { limits: { hour: hourly, burst } });
});
afterAll(() => both.close());
beforeEach(() => {
  both.emulator.log.clear();
});

const clock = () => both.emulator.clock.now();
const toRepositories = () =>
  both.emulator.log.since().filter(({ path }) => path.startsWith("/2.0/repositories/"));
const environments = (world.seed.repositories ?? []).reduce(
  (sum, one) => sum + (one.environments ?? []).length,
  0,
);
/** The list of repositories, and of each the groups, users, restrictions, environments, and the variables of these. */
const total = Math.ceil(size.repositories / 100) + 4 * size.repositories + environments;

test("ends at the hour's limit, says until when, goes on there, and gets each answer once", async () => {
  const folder = both.folder();
  const env = {
    ...both.env,
    BITBUCKET_REQUEST_LIMIT: String(hourly),
    BITBUCKET_REQUEST_JOURNAL: `${folder}/journal`,
  };
  const began = clock();
  let hours = 1;
  for (;;) {
    const looked = await lookWithin(Records.open(folder, both.subject), env, { clock });
    if (!(looked instanceof HourSpent)) break;
    expect(looked.message).toBe(
      `${hourly} requests to repositories in the last hour, as many as one user may send`,
    );
    both.emulator.clock.advance(looked.until.getTime() - clock() + 1);
    hours++;
  }
  const all = toRepositories();
  const asked = all.filter(({ status }) => status === 200);
  // A request arrives a little later than it was counted: at the very end of the hour one may be refused, and is repeated.
  expect(all.length - asked.length).toBeLessThan(hours * 5);
  expect(asked).toHaveLength(total);
  expect(new Set(asked.map(({ path, query }) => path + query)).size).toBe(total);
  expect(hours).toBe(Math.ceil(total / hourly));
  expect(clock() - began).toBeLessThan(hours * 3_600_000);
  // 4 a repository, and one for each environment: fewer than 7 with three environments at the most.
  expect(total / size.repositories).toBeLessThan(7);
}, 600_000);

test("waits where it is told to, and says so each time", async () => {
  const folder = both.folder();
  both.emulator.clock.advance(3_600_001);
  const env = {
    ...both.env,
    BITBUCKET_REQUEST_LIMIT: String(hourly),
    BITBUCKET_REQUEST_JOURNAL: `${folder}/journal`,
  };
  const waits: string[] = [];
  const looked = await lookWithin(Records.open(folder, both.subject), env, {
    clock,
    wait: true,
    onWait: ({ until }) => waits.push(until.toISOString()),
    pause: (milliseconds) => {
      both.emulator.clock.advance(milliseconds + 1);
      return Promise.resolve();
    },
  });
  expect(looked).not.toBeInstanceOf(HourSpent);
  expect(waits).toHaveLength(Math.ceil(total / hourly) - 1);
  expect(toRepositories().filter(({ status }) => status === 200)).toHaveLength(total);
}, 600_000);

test("where others have spent the hour, Bitbucket's refusal ends it alike", async () => {
  both.emulator.clock.advance(3_600_001);
  const folder = both.folder();
  const first = await lookWithin(Records.open(folder, both.subject), both.env, { clock });
  expect(first).toBeInstanceOf(HourSpent);
  expect((first as HourSpent).message).toContain("bitbucket answered 429");
  expect(toRepositories().filter(({ status }) => status === 200)).toHaveLength(hourly);
}, 600_000);

test("what is left costs what was not answered yet, and is said", () => {
  const records = Records.open(both.folder(), both.subject);
  expect(costOf(records, ["web", "api"], false)).toBe(10);
  expect(costOf(records, ["web", "api"], true)).toBe(16);
  records.add("GET /2.0/repositories/grown/web/permissions-config/groups?pagelen=100", {
    answer: { values: [] },
  });
  expect(costOf(records, ["web", "api"], false)).toBe(9);
  expect(costText(200, 1_000, 0)).toBe(
    "200 repositories: 1,000 requests are to be sent, and one more for each further environment; the hour has room for them",
  );
  expect(costText(1, 0, 0)).toBe("1 repository, of which everything was asked before");
  expect(costText(400, 2_000, 3_600_000)).toContain("stretches that over about 60 minutes");
});
