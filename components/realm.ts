/**
 * A realm that a company can sign in with: who owns it is written into it, its tokens are short, what happens in
 * it is kept, and nobody can change the e-mail address that the sign-in to Bitbucket rests on.
 */
import * as keycloak from "@pulumi/keycloak";
import * as identity from "@pulumi/keycloak-identity";
import * as pulumi from "@pulumi/pulumi";
import { rotationNames, type Person, type RealmSettings, type Settings } from "../access";
import { eventTypes } from "./eventTypes";
import { shown } from "../access/problem";
import type { Context, Switched } from "./context";
import { rotationProblem, type RotationArgs } from "./rotation/rotationArgs";
import { allLeftAlone } from "./leftAlone";
import { keptAttributes, keptOf } from "./realmKept";
import { foundRealm, mailServer } from "./realmFound";
import { mayRename, onUnlessOff, realmType } from "./switches";
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
  /** Mail server, themes and required actions; what is left out stays as it is. Default: all of it. */
  settings?: RealmSettings | undefined;
  /** Whether the realm is somebody else's: found, and never written. Default: false. */
  observed?: boolean;
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
  private readonly goesFirst: keycloak.Realm | undefined;
  private readonly context: Context;

  constructor(name: string, args: RealmArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(...realmProblems(args), rotationProblem(`realm ${args.realm}: signing keys`, args.signingKeys));
    const { context, observed = false } = args;
    const wasOwned = context.lastState.has(realmType, name);
    const options = observed && wasOwned ? pulumi.mergeOptions(opts, allLeftAlone) : opts;
    super("bitbucket-keycloak:index:Realm", name, {}, options);
    this.context = context;
    const resource = observed && !wasOwned ? undefined : this.place(name, args);
    // Where the realm stays, nothing in it would go with it.
    this.goesFirst = observed || context.lastState.isAdopted(realmType, name) ? undefined : resource;
    this.id = resource?.id ?? pulumi.output(context.realmNow()).apply((now) => foundRealm(args.realm, now));
    this.issuer = pulumi.interpolate`${args.url}/realms/${this.id}`;
    this.tokenUrl = pulumi.interpolate`${this.issuer}/protocol/openid-connect/token`;
    this.keys = resource === undefined ? [] : this.placeWithin(name, args, resource);
    this.registerOutputs({ id: this.id, issuer: this.issuer, tokenUrl: this.tokenUrl });
  }

  private place(name: string, args: RealmArgs): keycloak.Realm {
    const { context, settings = {} } = args;
    const now = pulumi.output(context.realmNow());
    const keptNow = now.apply(keptOf);
    const kept = <K extends keyof ReturnType<typeof keptOf>>(key: K) => keptNow.apply((all) => all[key]);
    const { mail, themes = {}, requiredActions = {} } = settings;
    const { attributes, ...declared } = realmSettings(args);
    const realm = new keycloak.Realm(
      name,
      {
        ...declared,
        attributes: now.apply((there) => ({ ...keptAttributes(there), ...attributes })),
        displayNameHtml: kept("displayNameHtml"),
        internationalization: kept("internationalization"),
        loginTheme: themes.login ?? kept("loginTheme"),
        accountTheme: themes.account ?? kept("accountTheme"),
        adminTheme: themes.admin ?? kept("adminTheme"),
        emailTheme: themes.email ?? kept("emailTheme"),
        smtpServer: mail ? mailServer(name, mail, context) : kept("smtpServer"),
        enabled: onUnlessOff(context, "realm", args.realm),
        editUsernameAllowed: mayRename(name, context),
      },
      { parent: this, protect: args.protect },
    );
    for (const [alias, asked] of Object.entries(requiredActions))
      new keycloak.RequiredAction(
        `${name}-${alias}`,
        { realmId: realm.id, alias, enabled: asked !== "disabled", defaultAction: asked === "default" },
        // Every realm has it, whoever declares something of it.
        { parent: this, retainOnDelete: true },
      );
    return realm;
  }

  /** @returns the keys that tokens are signed by */
  private placeWithin(name: string, args: RealmArgs, resource: keycloak.Realm): readonly pulumi.Resource[] {
    const inside = (parent: pulumi.Resource) => this.inside(parent);
    new keycloak.RealmEvents(name, eventLog(resource.id, args.lifetimes.events), inside(this));
    const profile = new keycloak.RealmUserProfile(name, userProfile(resource.id), inside(this));
    // After the profile that is declared, since both write the one that the realm has.
    new identity.UserNames(name, { realm: resource.id }, { ...inside(this), dependsOn: [profile] });
    return new SigningKeys(
      rotationNames.signingKeys,
      { realmId: resource.id, inside, rotation: args.signingKeys, context: args.context },
      { parent: this },
    ).keys;
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
    return { parent, ...(this.goesFirst && { deletedWith: this.goesFirst }) };
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

function realmSettings({
  realm,
  displayName,
  owners,
  lifetimes,
}: RealmArgs): Omit<keycloak.RealmArgs, "attributes"> & { attributes: Record<string, string> } {
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
