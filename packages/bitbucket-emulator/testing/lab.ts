/**
 * A small workspace to try the emulator on, and a client that is nothing but `fetch`: the tests of this room
 * know Bitbucket's contract and no program that speaks it.
 */
import { startEmulator, type Emulator, type EmulatorOptions, type Readings, type Seed } from "..";
import { scopes, type Scope } from "../contract";

export const people = {
  admin: "admin@lab.example",
  /** Writes in project ONE, by group. */
  ann: "ann@lab.example",
  /** Reads in project ONE, by himself. */
  bob: "bob@lab.example",
  /** A member without any right. */
  cas: "cas@lab.example",
  /** Not a member. */
  eve: "eve@lab.example",
} as const;
export type Person = keyof typeof people;

/** @param only what the tokens may do; default: everything */
export function labSeed(only: readonly Scope[] = scopes): Seed {
  return {
    workspace: { slug: "lab", name: "Lab" },
    accounts: (Object.keys(people) as Person[]).map((name) => ({
      name,
      email: people[name],
      member: name !== "eve",
      tokens: [{ token: tokenOf(name), scopes: [...only] }],
    })),
    administrators: [people.admin],
    groups: [{ name: "writers", members: [people.ann] }, { name: "empty" }],
    projects: [
      {
        key: "ONE",
        name: "One",
        grants: { groups: { writers: "write" }, users: { [people.bob]: "read" } },
      },
      { key: "TWO", name: "Two" },
    ],
    repositories: [
      { slug: "alpha", project: "ONE", branches: { main: { "README.md": "# alpha\n" } } },
      { slug: "beta", project: "TWO" },
    ],
  };
}

export function tokenOf(name: Person): string {
  return `token-of-${name}-0123456789`;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text read as JSON; tests look into it and see for themselves. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

export interface Client {
  get(path: string): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** Posts an HTML form. */
  form(path: string, fields: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface Lab {
  readonly emulator: Emulator;
  as(person: Person): Client;
  /** A UUID by name, percent-encoded as a part of a path. */
  uuid(person: Person): string;
  /** Plays these readings from now on, and the first of each other. */
  read(chosen: Partial<Readings>): Promise<void>;
}

/** Starts an emulator on the small workspace; it takes variables of new environments at once. */
export async function startLab(options: EmulatorOptions = {}): Promise<Lab> {
  const emulator = await startEmulator({ seed: labSeed(), environmentDelay: 0, ...options });
  const state = (await (await fetch(`${emulator.url}/emulator/state`)).json()) as {
    accounts: { name: string; uuid: string }[];
  };
  return {
    emulator,
    async read(chosen) {
      const put = { method: "PUT", body: JSON.stringify(chosen) };
      const answer = await fetch(`${emulator.url}/emulator/readings`, put);
      if (!answer.ok) throw new Error(await answer.text());
    },
    as: (person) => clientOf(emulator.url, `${people[person]}:${tokenOf(person)}`),
    uuid: (person) => encodeURIComponent(state.accounts.find(({ name }) => name === person)?.uuid ?? ""),
  };
}

/** @param credential `e-mail:token` */
export function clientOf(url: string, credential?: string): Client {
  const send = async (method: string, path: string, body?: string, type?: string): Promise<Answer> => {
    const headers = {
      ...(credential === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(credential).toString("base64")}` }),
      ...(type === undefined ? {} : { "content-type": type }),
    };
    const response = await fetch(new URL(path, url), {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  };
  const json = (method: string) => (path: string, body?: unknown) =>
    body === undefined ? send(method, path) : send(method, path, JSON.stringify(body), "application/json");
  return {
    get: (path) => send("GET", path),
    put: json("PUT"),
    post: json("POST"),
    delete: (path) => send("DELETE", path),
    form: (path, fields) =>
      send("POST", path, new URLSearchParams(fields).toString(), "application/x-www-form-urlencoded"),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
