import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolchainFolder } from "../../../toolchain/places";
import { companyText } from "../world/smallCompany";
import { emptyFolder, inAccess, inEnvironment, inSettings, rarely, type BrokenWorld } from "./broken";
import { roles } from "./company";

/** What is missing on this machine, in the files or at Keycloak, before the first run. */
export const firstWorlds: readonly BrokenWorld[] = [
  {
    what: "there is no Pulumi CLI",
    found: "pulumi",
    fix: "or set BITBUCKET_KEYCLOAK_TOOLCHAIN to the folder where it is",
    breakIt: (company) => ({
      env: { BITBUCKET_KEYCLOAK_TOOLCHAIN: emptyFolder(company), BITBUCKET_KEYCLOAK_BUILD: "1" },
      mendIt: () => ({ BITBUCKET_KEYCLOAK_TOOLCHAIN: toolchainFolder(process.env) }),
    }),
  },
  inAccess(
    "access.yaml names a team that there is not",
    "files",
    "do what each line says",
    companyText.replace("owner: leads", "owner: lead"),
  ),
  rarely(
    inEnvironment("the backend is nowhere", "login", 'log in by "npm run pulumi -- login …"', {
      PULUMI_BACKEND_URL: "file:///nowhere/at/all",
    }),
  ),
  {
    what: "the backend has no such stack",
    found: "stack",
    fix: 'run "npm run pulumi -- stack init main"',
    breakIt: (company) => {
      const env = { PULUMI_BACKEND_URL: `file://${emptyFolder(company)}?metadata=skip` };
      return {
        env,
        mendIt: async () => {
          const { code, text } = await company.runWith(env, "pulumi", "stack", "init", "main");
          if (code !== 0) throw new Error(text);
          return env;
        },
      };
    },
  },
  inEnvironment("there is no passphrase", "secrets", "set PULUMI_CONFIG_PASSPHRASE", {
    PULUMI_CONFIG_PASSPHRASE: undefined,
  }),
  inSettings(
    "Keycloak is not where the stack file says",
    "keycloak",
    "correct keycloak.url in the stack file",
    {
      "keycloak.url": "http://127.0.0.1:9",
    },
  ),
  inEnvironment(
    "the password is another",
    "keycloak-account",
    "set KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET",
    {
      KEYCLOAK_PASSWORD: "another",
    },
  ),
  {
    what: "the account is no administrator of Keycloak",
    found: "keycloak-roles",
    fix: "give it the role admin of the realm master",
    breakIt: async ({ world }) => {
      const [name, password] = [`doctor-${world.realm}`, "a password, long enough"];
      const admin = roles(world);
      await admin.make(name, password);
      return {
        env: { KEYCLOAK_USER: name, KEYCLOAK_PASSWORD: password },
        mendIt: async () => {
          await admin.give(name);
          return { KEYCLOAK_USER: name, KEYCLOAK_PASSWORD: password };
        },
      };
    },
  },
  inSettings("Keycloak lacks the extension", "keycloak-extension", 'set "pipelines.credential" to rotated', {
    "pipelines.credential": "keyless",
  }),
  inEnvironment("the proxy is none", "network", "do what each line says", {
    HTTPS_PROXY: "socks5://proxy.acme.example:1080",
  }),
  rarely(
    inEnvironment("the file of the certificate authority is not there", "network", "do what each line says", {
      SSL_CERT_FILE: "/nowhere/ca.pem",
    }),
  ),
  rarely({
    what: "the hour is used up",
    found: "hour",
    fix: "wait 60 minutes",
    breakIt: (company) => {
      const folder = emptyFolder(company);
      const env = { BITBUCKET_REQUEST_JOURNAL: folder };
      const spent = (at: number) => {
        mkdirSync(folder, { recursive: true });
        const line = `${at} repositories 0123456789ab\n`;
        writeFileSync(join(folder, `requests-${Math.floor(at / 3_600_000)}.log`), line.repeat(1_000));
      };
      spent(Date.now());
      return {
        env,
        mendIt: () => {
          // An hour later.
          writeFileSync(join(folder, `requests-${Math.floor(Date.now() / 3_600_000)}.log`), "");
          return env;
        },
      };
    },
  }),
];
