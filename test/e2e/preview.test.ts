/**
 * What people are told before anything happens: the rights that a change gives and takes, against what the stack was
 * last brought up with. Real engine, real Keycloak, emulated workspace.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeBaseline, InvalidAccess } from "../../access";
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { acmeSeed } from "../../toolchain/acme";
import { examine } from "../../commands/preview/preview";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { World } from "./world";
import { sharedWorld } from "./world/shared";

jest.setTimeout(240_000);

const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
const grant = "  - { team: support, can: [read], on: [SHOP, PLAT/runbooks] }\n";
/** Support may start builds of one more repository. */
const moreForSupport = acme.replace(
  grant,
  `${grant}  - { team: support, can: [trigger], on: PLAT/pipelines-library, reason: Rebuilds the status page }\n`,
);

/** As the provider asks for it: by its UUID. */
const at = (slug: string) => encodeURIComponent(uuidOf(`repository acme/${slug}`));

let world: World;

beforeAll(async () => {
  world = await World.start({ seed: (administratorToken) => acmeSeed({ administratorToken }) });
});

afterAll(async () => {
  await world.stop();
});

const baseline = async () => (await world.outputs<{ baseline?: string }>()).baseline;

test("a run that fails leaves no baseline; one that succeeds leaves what it brought up; a later failure keeps it", async () => {
  world.emulator.faults.add({
    method: "POST",
    path: `*/${at("shop-design")}/branch-restrictions`,
    status: 400,
  });
  expect((await world.pulumi("up", "--stack", "local", "--yes", "--skip-preview")).code).toBeGreaterThan(0);
  expect(await baseline()).toBeUndefined();
  world.emulator.faults.clear();

  await world.up();
  const kept = (await baseline()) ?? "";
  expect(decodeBaseline(kept)?.model.grants).toHaveLength(12);

  world.writeAccess(moreForSupport);
  world.emulator.faults.add({ method: "PUT", path: `*/${at("pipelines-library")}/*`, status: 400 });
  const goesOn = ["up", "--stack", "local", "--yes", "--skip-preview", "--continue-on-error"];
  expect((await world.pulumi(...goesOn)).code).toBeGreaterThan(0);
  expect(await baseline()).toBe(kept);
  world.emulator.faults.clear();
});

describe("npm run preview", () => {
  const previewed = async () => {
    const engine = {
      command: sharedWorld().toolchain.pulumi,
      env: world.envOf("preview"),
      cwd: world.folder,
    };
    return (await examine("local", engine, new Progress({ write: () => undefined }))).report;
  };
  const adminEvents = async () => {
    const { json } = await world.keycloak("GET", `/${world.realm}/admin-events?max=1000`);
    return (json as unknown[]).length;
  };

  test("tells what the failed run was about, reads of Bitbucket only what the change touches, and writes nothing", async () => {
    const events = await adminEvents();
    world.emulator.log.clear();

    const { verdict, gained, lost, steps } = await previewed();

    expect(verdict).toBe("changes");
    expect(lost).toEqual([]);
    expect(
      gained.map(({ subject, people, capability, kind, reason }) =>
        [subject.name, people.join(" "), capability, kind, reason].join(", "),
      ),
    ).toEqual([
      "support, june, read, implied, Rebuilds the status page",
      "support, june, trigger, granted, Rebuilds the status page",
    ]);
    expect(steps.map(({ op, name }) => `${op} ${name}`)).toContain("update pipelines-library");
    expect(
      world.emulator.log
        .since()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual([
      "GET /2.0/repositories/acme",
      `GET /2.0/repositories/acme/${at("pipelines-library")}/permissions-config/groups`,
      `GET /2.0/repositories/acme/${at("pipelines-library")}/permissions-config/users`,
      "GET /2.0/workspaces/acme/permissions",
      "GET /2.0/workspaces/acme/projects",
    ]);
    expect(events).toBeGreaterThan(0);
    expect(await adminEvents()).toBe(events);
  });

  test("once that is brought up, nothing changes", async () => {
    await world.up();
    const { verdict, gained, lost, steps } = await previewed();
    expect([verdict, gained, lost, steps]).toEqual(["nothing", [], [], []]);
  });

  describe("with the guardrails", () => {
    /** What platform deploys to production needs nobody's approval any more. */
    const unapproved = moreForSupport.replace(
      "protected: { main: { approvals: 1 } }",
      "protected: { main: { builds: 1 } }",
    );
    const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
    const broken = ["infrastructure", "identity"].map((slug) => ({
      file: "rule production-branches",
      path: `repository PLAT/${slug}`,
    }));

    test("a change that breaks a rule is refused, by all that it breaks", async () => {
      world.writeAccess(unapproved);
      const refused = await previewed().catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(InvalidAccess);
      const { problems } = refused as InvalidAccess;
      expect(problems.map(({ file, path }) => ({ file, path })).sort(byPath)).toEqual(
        [...broken].sort(byPath),
      );
    });

    test("what broke a rule before holds up no run that does not touch it, and is told", async () => {
      await world.up();
      world.writeAccess(unapproved.replace("members: [june]", "members: []"));
      const { verdict, warnings } = await previewed();
      expect(verdict).toBe("changes");
      const told = warnings.filter(({ file }) => file.startsWith("rule production-branches"));
      const before = { fix: "it was so before, and this run does not touch it" };
      expect(told).toMatchObject(broken.map((one) => ({ ...one, ...before })));
      world.writeAccess(moreForSupport);
      await world.up();
    });
  });

  test("a deployer more for production needs a second person", async () => {
    world.writeAccess(
      moreForSupport.replace(
        grant,
        `${grant}  - { team: support, can: [deploy:prod], on: PAY/payments-web, reason: R }\n`,
      ),
    );
    const { verdict, needs } = await previewed();
    expect([verdict, needs]).toMatchObject([
      "second person",
      [
        {
          reason: "team support gains deploy:prod on PAY/payments-web",
          projects: ["PAY"],
          beneficiaries: ["june"],
        },
      ],
    ]);
  });
});
