/**
 * A client credential that rotates without anyone noticing. Two clients, the slots, take turns: a rotation gives the one
 * that nobody uses a new secret, proves it and publishes it; what was in use stays valid until its own next rotation.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { Schedule, slotAt, slotOf, type Slot, type SlotState } from "@pulumi/rotation";
import { rotationAttribute } from "../../access";
import type { Context } from "../context";
import { guardsSlot } from "../hooks/guardsSlot";
import { placeRight, type Right } from "../pipelineRight";
import type { Realm } from "../realm";
import { refuse } from "../validate";
import type { Stored } from "./lastState";
import { placeSchedule, rotationProblem, type RotationArgs } from "./rotationArgs";

export interface RotatedCredentialArgs {
  realm: Realm;
  rotation: RotationArgs;
  /** What the credential was called before. Default: as it is. */
  formerNames?: readonly string[];
  /** Client id of each slot, which it takes with its next secret. Example: `{ a: "pipeline-a.payments-api.dev", b: "pipeline-b.payments-api.dev" }`. */
  clientIds: Readonly<Record<Slot, string>>;
  /** What the clients are called in Keycloak's console. Example: `Pipeline of payments-api to dev`. */
  title: string;
  /** The one role of its tokens, equal for both slots. Default: none. */
  right?: Right;
  /** Claims of every token, equal for both slots. Default: none. Example: `{ pipeline: "PAY/payments-api:dev" }`. */
  claims?: Readonly<Record<string, string>>;
  /** What the clients are for. Default: to be a service account, and nothing else. */
  flow?: Partial<keycloak.openid.ClientArgs>;
  /**
   * The credential that the last run published, as the state has it; secret. Default: people publish it, and whoever
   * rotates it again says by that that they have.
   */
  published?: pulumi.Input<string | undefined>;
  context: Context;
}

export class RotatedCredential extends pulumi.ComponentResource {
  /** `client_id:client_secret` of the last rotation; secret. */
  readonly credential: pulumi.Output<string>;
  /** Client id of the slot in use. */
  readonly clientId: pulumi.Output<string>;
  /** Of the slot in use; secret. */
  readonly secret: pulumi.Output<string>;
  /** What has to be ready before the credential can be published. */
  readonly ready: readonly pulumi.Resource[];
  readonly clients: Readonly<Record<Slot, keycloak.openid.Client>>;
  private readonly schedule: Schedule;

  constructor(
    private readonly name: string,
    args: RotatedCredentialArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { a, b } = args.clientIds;
    refuse(
      rotationProblem(`rotated credential ${name}`, args.rotation),
      a === b && {
        path: `rotated credential ${name}: clientIds`,
        found: `${a} for both slots`,
        allowed: "two ids",
        fix: "give each slot a client of its own",
      },
    );
    super("bitbucket-keycloak:index:RotatedCredential", name, {}, opts);
    this.schedule = placeSchedule(name, args, this.publishedRotation(args), this);
    const slots = { a: this.placeSlot("a", args), b: this.placeSlot("b", args) };
    this.ready = [...args.realm.keys, ...slots.a.ready, ...slots.b.ready];
    this.clients = { a: slots.a.client, b: slots.b.client };
    const ofTheRotation = (a: pulumi.Output<string>, b: pulumi.Output<string>) =>
      pulumi.secret(
        pulumi
          .all([this.schedule.rotation, a, b])
          .apply(([rotation, ofA, ofB]) => ({ a: ofA, b: ofB })[slotOf(rotation)]),
      );
    this.credential = ofTheRotation(slots.a.credential, slots.b.credential);
    this.secret = ofTheRotation(slots.a.secret, slots.b.secret);
    this.clientId = pulumi
      .all([this.schedule.rotation, slots.a.client.clientId, slots.b.client.clientId])
      .apply(([rotation, ofA, ofB]) => ({ a: ofA, b: ofB })[slotOf(rotation)]);
    this.registerOutputs({ clientId: this.clientId });
  }

  /** The last rotation of the state if what was published is that rotation's; undefined: it is still to be published. */
  private publishedRotation(args: RotatedCredentialArgs): pulumi.Output<number | undefined> {
    const { clientIds, formerNames = [] } = args;
    const { lastState } = args.context;
    const byPeople = args.published === undefined;
    const secretOf = (slot: Slot) => this.lastOf(passwordType, slot, args);
    const known = pulumi.all([
      lastState.outputsOf(Schedule.token, this.name, ...formerNames),
      secretOf("a"),
      secretOf("b"),
      this.lastOf(clientType, "a", args),
      this.lastOf(clientType, "b", args),
      args.published,
    ] as const);
    const rotation = known.apply(([schedule, a, b, clientA, clientB, credential]) => {
      const last = schedule?.rotation as number | undefined;
      if (last === undefined || byPeople) return last;
      const slot = slotOf(last);
      const secret = ({ a, b } as Record<Slot, Stored | undefined>)[slot]?.result as string | undefined;
      const client = ({ a: clientA, b: clientB } as Record<Slot, Stored | undefined>)[slot];
      const clientId = (client?.clientId as string | undefined) ?? clientIds[slot];
      return credential === `${clientId}:${secret ?? ""}` ? last : undefined;
    });
    return pulumi.unsecret(rotation);
  }

  private lastOf(
    type: string,
    slot: Slot,
    { context, formerNames = [] }: RotatedCredentialArgs,
  ): pulumi.Output<Stored | undefined> {
    const [name = "", ...former] = [this.name, ...formerNames].map((one) => `${one}-${slot}`);
    return context.lastState.outputsOf(type, name, ...former);
  }

  /** One that was renamed keeps its id as long as its secret: a step that has begun signs in by both. */
  private clientIdOf(
    slot: Slot,
    args: RotatedCredentialArgs,
    state: pulumi.Output<SlotState>,
  ): pulumi.Output<string> {
    const last = pulumi.unsecret(
      this.lastOf(clientType, slot, args).apply((stored): readonly (string | undefined)[] => {
        const config = stored?.extraConfig as Readonly<Record<string, string>> | undefined;
        return [stored?.clientId as string | undefined, config?.[rotationAttribute]];
      }),
    );
    return pulumi
      .all([last, state])
      .apply(([[clientId, rotation], own]) =>
        clientId !== undefined && rotation === attributeOf(own) ? clientId : args.clientIds[slot],
      );
  }

  private placeSlot(slot: Slot, args: RotatedCredentialArgs) {
    const { realm, right } = args;
    const name = `${this.name}-${slot}`;
    const state = this.stateOf(slot);
    const secret = this.placeSecret(name, state);
    const client = this.placeClient(name, slot, args, state, secret);
    const claims = this.placeClaims(name, args, client);
    const granted =
      right === undefined ? [] : placeRight(name, { client, right, inside: realm.inside(this) });
    const credential = pulumi.secret(pulumi.interpolate`${client.clientId}:${secret}`);
    return { client, secret, credential, ready: [client, ...claims, ...granted] };
  }

  /** Which rotation a slot is at. */
  private stateOf(slot: Slot): pulumi.Output<SlotState> {
    const { rotation, rotatedAt, previousAt, endedAt } = this.schedule;
    return pulumi
      .all([rotation, rotatedAt, previousAt, endedAt])
      .apply(([last, when, before, ended]) =>
        slotAt({ rotation: last, rotatedAt: when, previousAt: before, endedAt: ended }, slot),
      );
  }

  /** Whether the last run switched a slot off, which its next rotation switches on again. */
  private wasEnded(slot: Slot, { context, formerNames = [] }: RotatedCredentialArgs): pulumi.Output<boolean> {
    const was = context.lastState.outputsOf(Schedule.token, this.name, ...formerNames);
    return pulumi.unsecret(was).apply((schedule) => {
      return schedule !== undefined && slotAt(schedule as unknown as LastSchedule, slot).ended;
    });
  }

  /** Another with each rotation of the slot. */
  private placeSecret(name: string, state: pulumi.Output<SlotState>): pulumi.Output<string> {
    const rotation = state.apply((own) => `${own.rotation}${own.ended ? " ended" : ""}`);
    // 62 signs, 285 bits.
    const args = { length: 48, special: false, keepers: { rotation } };
    return new random.RandomPassword(name, args, { parent: this }).result;
  }

  private placeClient(
    name: string,
    slot: Slot,
    args: RotatedCredentialArgs,
    state: pulumi.Output<SlotState>,
    clientSecret: pulumi.Output<string>,
  ): keycloak.openid.Client {
    const { realm, title, flow = serviceAccount, context } = args;
    const clientId = this.clientIdOf(slot, args, state);
    return new keycloak.openid.Client(
      name,
      {
        realmId: realm.id,
        clientId,
        name: `${title} (${slot})`,
        enabled: pulumi
          .all([state, realm.on("client", clientId, this.wasEnded(slot, args))])
          .apply(([{ ended }, isOn]) => !ended && isOn),
        accessType: "CONFIDENTIAL",
        clientSecret,
        ...flow,
        extraConfig: { [rotationAttribute]: state.apply(attributeOf) },
      },
      { ...realm.inside(this), hooks: { beforeUpdate: [guardsSlot(context.administration)] } },
    );
  }

  private placeClaims(
    name: string,
    { realm, claims = {} }: RotatedCredentialArgs,
    { id: clientId }: keycloak.openid.Client,
  ): pulumi.Resource[] {
    const accessTokenOnly = { claimValueType: "String", addToIdToken: false, addToUserinfo: false };
    return Object.entries(claims).map(
      ([claim, claimValue]) =>
        new keycloak.openid.HardcodedClaimProtocolMapper(
          `${name}-${claim}`,
          { realmId: realm.id, clientId, name: claim, claimName: claim, claimValue, ...accessTokenOnly },
          realm.inside(this),
        ),
    );
  }
}

/** One that can do nothing but say whose it is. */
const serviceAccount: Partial<keycloak.openid.ClientArgs> = {
  serviceAccountsEnabled: true,
  standardFlowEnabled: false,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: false,
  fullScopeAllowed: false,
};

type LastSchedule = Parameters<typeof slotAt>[0];

const attributeOf = ({ rotation, rotatedAt }: SlotState) => `${rotation} ${rotatedAt}`;

const clientType = "keycloak:openid/client:Client";
const passwordType = "random:index/randomPassword:RandomPassword";
