/** Switches of a realm that depend on what is there: what somebody has switched off, and whether names may be changed yet. */
import * as identity from "@pulumi/keycloak-identity";
import * as pulumi from "@pulumi/pulumi";
import type { Context, Switched } from "./context";

/**
 * Whether something is to be on: unless somebody has switched it off.
 *
 * @param byUs whether the last run itself switched it off. Default: it did not
 */
export function onUnlessOff(
  { switchedOff }: Context,
  kind: Switched,
  name: pulumi.Input<string>,
  byUs: pulumi.Input<boolean> = false,
): pulumi.Output<boolean> {
  const isSwitchedOff = pulumi.output(name).apply((known) => switchedOff(kind, known));
  return pulumi.all([name, isSwitchedOff, byUs]).apply(([known, isOff, isOurs]) => {
    if (!isOff || isOurs) return true;
    const text = `${kind} ${known} is switched off in Keycloak, and stays so: switch it on there if it is to be`;
    void pulumi.log.warn(text);
    return false;
  });
}

export const realmType = "keycloak:index/realm:Realm";

/**
 * Whether user names can be changed, by whomever the profile lets: administrators alone. So never before the profile says
 * so: in a realm that is there already the next run does it. One that is made has nobody who could sign in.
 */
export function mayRename(name: string, { lastState }: Context): pulumi.Output<boolean> {
  if (!lastState.has(realmType, name) || lastState.has(identity.UserNames.token, name))
    return pulumi.output(true);
  // Made by a run that did not come to its end.
  const before = lastState.outputsOf(realmType, name).apply((stored) => stored?.editUsernameAllowed === true);
  return pulumi.unsecret(before).apply((isOn) => {
    if (!isOn) void pulumi.log.info(later);
    return isOn;
  });
}

const later =
  "this run keeps holders from their user names by the realm's profile; the next one lets administrators change them (editUsernameAllowed)";
