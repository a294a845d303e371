/** Names and address of a person whose account stays what it is otherwise. */
import { z } from "zod";

import { defineResource, id, realm } from "../define";
import { alike, writeProfile } from "./profile-write";

const inputs = z.strictObject({
  realm,
  userId: id.meta({ description: "Id of the person's account.", replaceOnChanges: true }),
  username: z.string().min(1).meta({
    description:
      "User name; capitals do not count. Another one needs a realm whose `editUsernameAllowed` is on.",
  }),
  email: z.string().min(1).meta({ description: "E-mail address; capitals do not count." }),
  firstName: z.string().meta({ description: "First name." }),
  lastName: z.string().optional().meta({
    description:
      "Family name. Left out: it is left alone, but taken away where it was declared before. Empty: there is none.",
  }),
  emailVerified: z.boolean().optional().meta({
    description: "Whether the address counts as verified. Left out: it is left alone.",
  }),
  emailFrom: z.array(z.string().min(1)).optional().meta({
    description:
      "User names, old ones and new ones, of those who had this address before and give it up in the same run: a person who swaps with this one, or somebody who left. If one of them still has it, they get a placeholder (`<id>@address-moved.invalid`) until their own is written. Anybody else who has it is an error. Never a change by itself.",
    hint: true,
  }),
});

export const profile = defineResource({
  name: "Profile",
  description:
    "User name, address and names of an account that exists. Only what is declared is written, and only where it differs: whether the account is enabled, required actions, links to identity providers, credentials, sessions, groups and other attributes are left alone. Deleting this leaves the account as it is.",
  example: `new identity.Profile("ana", {
  realm: "acme",
  userId: ana.id,
  username: "ana",
  email: "ana@acme.example",
  firstName: "Ana",
  lastName: "Silva",
});`,
  importId: "realm/userId",
  inputs,
  outputs: z.object({}),
  lifecycle: {
    async create(declared, session) {
      await writeProfile(declared, undefined, session);
      return { id: `${declared.realm}/${declared.userId}`, outputs: {} };
    },

    async read({ realm, userId }, session, previous) {
      const user = await session.user(realm, userId);
      if (user === undefined) return undefined;
      const known = previous?.inputs;
      const { username, email = "", firstName = "", lastName = "", emailVerified = false } = user;
      return {
        id: `${realm}/${userId}`,
        inputs: {
          realm,
          userId,
          // As they were declared, where only the case differs.
          username: known !== undefined && alike(known.username, username) ? known.username : username,
          email: known !== undefined && alike(known.email, email) ? known.email : email,
          firstName,
          // What was not declared is nobody's business here.
          ...((known === undefined || known.lastName !== undefined) && { lastName }),
          ...((known === undefined || known.emailVerified !== undefined) && { emailVerified }),
        },
        outputs: {},
      };
    },

    async update(previous, declared, session) {
      await writeProfile(declared, previous.inputs, session);
      return {};
    },

    delete: () => Promise.resolve(),
  },
});
