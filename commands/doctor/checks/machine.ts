/** This machine, the files of the checkout, and where the state lies: what comes before the first request to either system. */
import { authorityAdvice } from "@bitbucket-keycloak/http";
import { missing, of, ok, unknown, type Check } from "../check";

const network: Check = {
  name: "network",
  wants: "requests know how to leave this network",
  evaluate: ({ machine: { networkProblems, proxies, authority }, files: { settings } }) => {
    if (networkProblems.length > 0)
      return missing(
        "a proxy or a certificate authority that no request can go by",
        "do what each line says (docs/guide/networks.md)",
        networkProblems,
      );
    if (settings === undefined)
      return unknown("the stack file cannot be read, which says where the servers are");
    const how = proxies.length === 0 ? "no proxy" : proxies.join(", ");
    return ok(
      `${how}; ${authority === undefined ? "no certificate authority of your own" : `certificates of ${authority}, too`}`,
    );
  },
};

const cli: Check = {
  name: "pulumi",
  wants: "there is a Pulumi CLI",
  evaluate: ({ machine }) =>
    of(machine.cli, 'run "npm run setup"', ({ program, isBuilt }) =>
      ok(`${isBuilt ? "built here" : "installed"}, ${program}`),
    ),
};

const plugins: Check = {
  name: "plugins",
  wants: "the CLI has its plugins, or fetches them",
  evaluate: ({ machine }) =>
    of(machine.plugins, 'run "npm run setup"', (there) =>
      ok(
        there.length > 0
          ? `${there.join(", ")}, and those of this checkout`
          : "the CLI fetches them at the first run",
      ),
    ),
};

const files: Check = {
  name: "files",
  wants: "access.yaml, the stack file and the files beside them are right",
  evaluate: ({ stack, files: { problems, model } }) =>
    problems.length > 0
      ? missing(
          `${problems.length === 1 ? "a mistake" : `${problems.length} mistakes`} in the files`,
          "do what each line says",
          problems,
        )
      : ok(
          `stack ${stack}, ${model?.people.length ?? 0} people, ${model?.teams.length ?? 0} teams, ${model?.repositories.length ?? 0} repositories`,
        ),
};

const login: Check = {
  name: "login",
  wants: "the backend that keeps the state answers",
  evaluate: ({ state }) =>
    of(
      state.login,
      'log in by "npm run pulumi -- login …", or set PULUMI_BACKEND_URL to where the state lies',
      ok,
    ),
};

const stackThere: Check = {
  name: "stack",
  wants: "the backend has the stack",
  evaluate: ({ stack, state }) =>
    of(state.stack, `run "npm run pulumi -- stack init ${stack}"`, ({ isBroughtUp }) =>
      ok(isBroughtUp ? "brought up before" : "never brought up yet"),
    ),
};

const secrets: Check = {
  name: "secrets",
  wants: "what encrypts the secrets of the state can decrypt them",
  evaluate: ({ stack, state }) =>
    of(
      state.secrets,
      `set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to what stack ${stack} was made with; where a key of a cloud encrypts them, give its credentials`,
      ({ provider, isProven }) =>
        ok(`${provider}${isProven ? ", which decrypts them" : ", and no secret yet to try it with"}`),
    ),
};

const addresses: Check = {
  name: "addresses",
  wants: "both systems are where the stack was last brought up",
  evaluate: ({ state, files: { settings } }) =>
    of(
      state.addresses,
      "do what each line says; until then nothing secret is sent anywhere",
      ({ isFirstContact }) => {
        if (settings === undefined) return unknown("the stack file cannot be read");
        return ok(isFirstContact ? "the first contact" : "as they were");
      },
    ),
};

export const machineChecks = [network, cli, plugins, files, login, stackThere, secrets, addresses];

/** Why a server is not reached, and what to do. */
export const reachFix = (setting: string, problem: string): string =>
  problem.includes(authorityAdvice)
    ? authorityAdvice
    : `start the server, correct ${setting} in the stack file, or set the proxy (docs/guide/networks.md)`;
