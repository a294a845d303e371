/**
 * A realm that a company can sign in with: who owns it is written into it, its tokens are short, what happens in
 * it is kept, and nobody can change the e-mail address that the sign-in to Bitbucket rests on.
 */
import * as keycloak from "@pulumi/keycloak";
import * as identity from "@pulumi/keycloak-identity";
import * as pulumi from "@pulumi/pulumi";
import { rotationNames, type Person, type Settings } from "../access";
import { eventTypes } from "./eventTypes";
import { shown } from "../access/problem";
import type { Context, Switched } from "./context";
import { rotationProblem, type RotationArgs } from "./rotation/rotationArgs";
import { mayRename, onUnlessOff } from "./switches";
import { SigningKeys } from "./rotation/signingKeys";
import { refuse, type ArgumentProblem } from "./validate";

export interface RealmArgs {
  /** Name of the realm, part of its issuer URL. Example: `acme-dev`. */
  realm: string;
  /** Shown on the sign-in page. Example: `Acme (dev)`. */
  displayName: string;
  /** Address of the server. Example: `https://keycloak.acme.example`. */
  url: string;
  /** The people who answer for the realm; two at least. */
  owners: readonly Person[];
  /** Seconds. Example: `{ accessToken: 300, sessionIdle: 1_800, session: 36_000, events: 31_536_000 }`. */
  lifetimes: Settings["lifetimes"];
  /** How the keys that tokens are signed with rotate. */
  signingKeys: RotationArgs;
  /** Whether the realm refuses to be destroyed. Default: false. */
  protect?: boolean;
  context: Context;
}

export class Realm extends pulumi.ComponentResource {
  /** What other resources call the realm by. */
  readonly id: pulumi.Output<string>;
  /** The `iss` of its tokens. */
  readonly issuer: pulumi.Output<string>;
  /** Where clients ask for tokens. */
  readonly tokenUrl: pulumi.Output<string>;
  /** What has to be there before anybody asks for a token. */
  readonly keys: readonly pulumi.Resource[];
  /** That nobody changes their own user name: whoever could sign in comes after it. */
  readonly userNames: identity.UserNames;
  private readonly resource: keycloak.Realm;
  private readonly context: Context;

  constructor(name: string, args: RealmArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(...realmProblems(args), rotationProblem(`realm ${args.realm}: signing keys`, args.signingKeys));
    super("bitbucket-keycloak:index:Realm", name, {}, opts);
    this.context = args.context;
    const editUsernameAllowed = mayRename(name, args.context);
    this.resource = new keycloak.Realm(
      name,
      {
        ...realmSettings(args),
        enabled: onUnlessOff(args.context, "realm", args.realm),
        editUsernameAllowed,
      },
      { parent: this, protect: args.protect },
    );
    this.id = this.resource.id;
    this.issuer = pulumi.interpolate`${args.url}/realms/${this.id}`;
    this.tokenUrl = pulumi.interpolate`${this.issuer}/protocol/openid-connect/token`;

    new keycloak.RealmEvents(name, eventLog(this.id, args.lifetimes.events), this.inside(this));
    const profile = new keycloak.RealmUserProfile(name, userProfile(this.id), this.inside(this));
    // After the profile that is declared, since both write the one that the realm has.
    const afterwards = { ...this.inside(this), dependsOn: [profile] };
    this.userNames = new identity.UserNames(name, { realm: this.id }, afterwards);
    this.keys = new SigningKeys(
      rotationNames.signingKeys,
      {
        realmId: this.id,
        inside: (parent) => this.inside(parent),
        rotation: args.signingKeys,
        context: args.context,
      },
      { parent: this },
    ).keys;

    this.registerOutputs({ id: this.id, issuer: this.issuer, tokenUrl: this.tokenUrl });
  }

  /**
   * Whether something is to be on: unless somebody has switched it off, by hand or by an off-boarding. The plugin writes
   * `enabled` with whatever else of a thing changes, so a run has to say what is there.
   *
   * @param byUs whether the last run itself switched it off. Default: it did not
   */
  on(
    kind: Switched,
    name: pulumi.Input<string>,
    byUs: pulumi.Input<boolean> = false,
  ): pulumi.Output<boolean> {
    return onUnlessOff(this.context, kind, name, byUs);
  }

  /**
   * Options of a resource that lives in this realm: a child of `parent` that goes when the realm goes, so that
   * destroying a realm asks Keycloak once and not once a role.
   */
  inside(parent: pulumi.Resource): pulumi.CustomResourceOptions {
    return { parent, deletedWith: this.resource };
  }
}

/** What is wrong with a realm's arguments. */
function realmProblems({ realm, owners, url, lifetimes }: RealmArgs): ArgumentProblem[] {
  const { accessToken, sessionIdle, session } = lifetimes;
  const problems: (ArgumentProblem | false)[] = [
    owners.length < 2 && {
      path: `realm ${realm}: owners`,
      found: String(owners.length),
      allowed: "two at least",
      fix: 'name another under "owners" in access.yaml',
    },
    (!URL.canParse(url) || url.endsWith("/")) && {
      path: `realm ${realm}: url`,
      found: shown(url),
      allowed: "an address without a slash at its end",
      fix: 'give the address of the server, as in "https://keycloak.acme.example"',
    },
    (accessToken > sessionIdle || sessionIdle > session) && {
      path: `realm ${realm}: lifetimes`,
      found: `accessToken ${accessToken}, sessionIdle ${sessionIdle}, session ${session} seconds`,
      allowed: "each at most as long as the next",
      fix: "shorten the first, or lengthen the next",
    },
  ];
  return problems.filter((problem) => problem !== false);
}

/** Length and history of passwords after NIST SP 800-63B: long, not the user name, never reused soon. */
const passwordPolicy = "length(12) and notUsername(undefined) and notEmail(undefined) and passwordHistory(5)";

function realmSettings({ realm, displayName, owners, lifetimes }: RealmArgs): keycloak.RealmArgs {
  return {
    realm,
    displayName,
    attributes: { owners: owners.map((owner) => `${owner.name} <${owner.email}>`).join(", ") },
    registrationAllowed: false,
    resetPasswordAllowed: false,
    rememberMe: false,
    verifyEmail: true,
    loginWithEmailAllowed: true,
    duplicateEmailsAllowed: false,
    sslRequired: "external",
    passwordPolicy,
    otpPolicy: { type: "totp", algorithm: "HmacSHA256", digits: 6, period: 30 },
    securityDefenses: {
      bruteForceDetection: {
        permanentLockout: false,
        maxLoginFailures: 5,
        waitIncrementSeconds: 60,
        maxFailureWaitSeconds: 900,
        failureResetTimeSeconds: 43_200,
        quickLoginCheckMilliSeconds: 1000,
        minimumQuickLoginWaitSeconds: 60,
      },
    },
    accessTokenLifespan: goDuration(lifetimes.accessToken),
    ssoSessionIdleTimeout: goDuration(lifetimes.sessionIdle),
    ssoSessionMaxLifespan: goDuration(lifetimes.session),
    offlineSessionIdleTimeout: goDuration(lifetimes.sessionIdle),
    offlineSessionMaxLifespan: goDuration(lifetimes.session),
    offlineSessionMaxLifespanEnabled: true,
    // SAML is signed by the RSA key, whatever this says.
    defaultSignatureAlgorithm: "ES256",
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
  };
}

function eventLog(realmId: pulumi.Input<string>, retention: number): keycloak.RealmEventsArgs {
  return {
    realmId,
    eventsEnabled: true,
    eventsExpiration: retention,
    adminEventsEnabled: true,
    adminEventsDetailsEnabled: true,
    enabledEventTypes: [...eventTypes],
    eventsListeners: ["jboss-logging"],
  };
}

/**
 * Holders see their own profile; only an administrator changes it: the address is what accounts are matched by, and
 * the name is what others see beside an approval. The validators are those that Keycloak itself sets.
 */
function userProfile(realmId: pulumi.Input<string>): keycloak.RealmUserProfileArgs {
  const permissions = { views: ["admin", "user"], edits: ["admin"] };
  const length = (bounds: { min?: string; max: string }) => ({ name: "length", config: bounds });
  const personName = [length({ max: "255" }), { name: "person-name-prohibited-characters" }];
  return {
    realmId,
    attributes: [
      {
        name: "username",
        displayName: "${username}",
        permissions,
        validators: [
          length({ min: "3", max: "255" }),
          { name: "username-prohibited-characters" },
          { name: "up-username-not-idn-homograph" },
        ],
      },
      {
        name: "email",
        displayName: "${email}",
        permissions,
        requiredForRoles: ["user"],
        validators: [{ name: "email" }, length({ max: "255" })],
      },
      { name: "firstName", displayName: "${firstName}", permissions, validators: personName },
      { name: "lastName", displayName: "${lastName}", permissions, validators: personName },
    ],
  };
}

/** Seconds as Keycloak's provider writes them back, so that a refresh finds no difference: `36000` is `10h0m0s`. */
export function goDuration(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
