import { clientChecks } from "./clients";
import { eachIsFound } from "../testing/broken";
import { client, clientOf, type Realm } from "../testing/realm";

/** The slot in use, and the one before. */
const [inUse, former, keyless] = ["pipeline-b.api.dev", "pipeline-a.api.dev", "pipeline.web.dev"];
const refused = "is refused: unauthorized_client: Invalid client or Invalid client credentials";
const change = (clientId: string, how: (one: ReturnType<typeof clientOf>) => unknown) => (realm: Realm) =>
  how(clientOf(realm, clientId));

eachIsFound(clientChecks, [
  {
    what: "a pipeline has no client, and a client has no pipeline",
    breakIt: (realm) => {
      realm.clients = realm.clients.filter(({ clientId }) => clientId !== keyless);
      const [of] = ["pipeline-a.docs.dev"];
      realm.clients.push({ ...clientOf(realm, former), id: "other", clientId: of, secret: "other" });
    },
    found: {
      "pipeline-credentials":
        'no client speaks for web.dev; pipeline-a.docs.dev says pipeline "ONE/api:dev", which it is not; pipeline-a.docs.dev holds deploy:ONE/api of bitbucket',
    },
  },
  {
    what: "a pipeline's client in use is off",
    breakIt: change(inUse, (one) => (one.enabled = false)),
    found: { "pipeline-credentials": `${inUse} ${refused}` },
  },
  {
    what: "the client of a pipeline without a secret is off",
    breakIt: change(keyless, (one) => (one.enabled = false)),
    found: { "pipeline-credentials": `${keyless} is off` },
  },
  {
    what: "a pipeline's former client is off, as after it was ended at once: nothing is wrong",
    breakIt: change(former, (one) => (one.enabled = false)),
    found: {},
  },
  {
    what: "a pipeline's tokens say nothing of it",
    breakIt: change(inUse, (one) => (one.mappers = [])),
    found: { "pipeline-credentials": `${inUse} says pipeline undefined, which it is not` },
  },
  {
    what: "a pipeline's tokens carry another right than its own, and those of the realm",
    breakIt: change(former, (one) => {
      one.holds = ["deploy:ONE/web"];
      one.fullScopeAllowed = true;
    }),
    found: {
      "pipeline-credentials": `${former} holds deploy:ONE/web of bitbucket; ${former} lacks deploy:ONE/api of bitbucket; ${former} holds default-roles-small of the realm`,
    },
  },
  {
    what: "pipelines get refresh tokens",
    breakIt: (realm) => (realm.faults.serviceAccountsRefresh = true),
    found: {
      "pipeline-credentials": `${inUse} gets a refresh token; ${former} gets a refresh token`,
    },
  },
  {
    what: "people sign in through pipelines' clients, wherever those send them",
    breakIt: (realm) => {
      Object.assign(clientOf(realm, inUse), { standardFlowEnabled: true, redirectUris: ["*"] });
      Object.assign(clientOf(realm, former), {
        standardFlowEnabled: true,
        redirectUris: ["https://attacker.invalid/callback"],
      });
      clientOf(realm, keyless).directAccessGrantsEnabled = true;
    },
    found: {
      "pipelines-without-people": `${former} lets people sign in; ${inUse} lets people sign in; ${keyless} lets people sign in`,
    },
  },
  {
    what: "a pipeline's client has every address, and no flow that uses one: nothing is wrong",
    breakIt: change(inUse, (one) => (one.redirectUris = ["*"])),
    found: {},
  },
  {
    what: "a pipeline's client is public",
    breakIt: change(inUse, (one) => (one.publicClient = true)),
    found: {
      "pipelines-without-people": `${inUse} needs no secret; ${inUse} gets a token without its secret`,
    },
  },
  {
    what: "Bitbucket's client may exchange tokens, and one with a key of its own",
    breakIt: (realm) => {
      const attributes = { "standard.token.exchange.enabled": "true" };
      Object.assign(clientOf(realm, "bitbucket-b").attributes, attributes);
      realm.clients.push(client("somebody", { clientAuthenticatorType: "client-jwt", attributes }));
    },
    found: {
      "token-exchange-declared": "bitbucket-b may exchange tokens (it got one); somebody may exchange tokens",
    },
  },
]);
