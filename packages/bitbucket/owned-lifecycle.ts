/**
 * The life of a resource that owns a list differs from place to place only in where the list lies and how an entry
 * is written. What is the same for all of them (taking over, remembering, leaving as it came) stands here, once.
 */
import type { Found, State } from "@bitbucket-keycloak/pulumi-plugin/define";
import type { Session } from "./api/client";
import { placeNow } from "./define";
import { createList, deleteList, readList, updateList } from "./owned-list";
import { type OwnedList, type Owned, type Consent } from "./owned";

interface Limits {
  readonly adopt: boolean;
  readonly adoptBy?: string | undefined;
  /** Only where entries that nobody declared may be others' own. */
  readonly others?: "keep" | "remove" | undefined;
  /** Only where taking away what was there before wants a flag of its own. */
  readonly removeAdopted?: boolean | undefined;
}

type Keyed<E> = Pick<OwnedList<E, unknown>, "keyOf">;
type Declared<W, P extends string, E> = W & Limits & Readonly<Record<P, readonly E[]>>;

export interface OwnedPlace<W, P extends string, E, H> {
  /** Name of the input that declares the entries. */
  readonly property: P;
  readonly idOf: (where: W) => string;
  /**
   * @param sent what was declared before, by which entries are compared that Bitbucket does not give back
   * @param wanted what is declared now
   */
  readonly list: (
    where: W,
    session: Session,
    sent: readonly E[],
    wanted: readonly E[],
  ) => Omit<OwnedList<E, H>, "property">;
  /** The first reading of a place, where that may not take entries at once. Default: read once. */
  readonly firstReading?: <T>(where: W, session: Session, read: () => Promise<T>) => Promise<T>;
  /** Where a place is now that is not there any more; undefined if it is nowhere. Default: nowhere. */
  readonly whereNow?: (where: W, session: Session) => Promise<W | undefined>;
  /** The place as the state names it, where an import may name it otherwise; undefined if there is none. */
  readonly locate?: (at: W, session: Session) => Promise<W | undefined>;
}

/** The life of a list, for `defineResource`. */
export function ownedLifecycle<W extends object, const P extends string, E, H>(
  place: OwnedPlace<W, P, E, H>,
) {
  type Inputs = Declared<W, P, E>;
  const { property, idOf } = place;
  const entriesOf = (inputs: Inputs): readonly E[] => inputs[property];
  /** A state of before there was `placed` knows it as what was declared and not adopted. */
  const memoryOf = ({ inputs, outputs }: State<Inputs, Partial<Owned>>, { keyOf }: Keyed<E>): Owned => {
    const { adopted = [], placed } = outputs;
    const rest = () => entriesOf(inputs).map(keyOf).filter((key) => !adopted.includes(key)); // prettier-ignore
    return { adopted, placed: placed ?? rest() };
  };
  const listOf = (where: W, session: Session, sent: readonly E[], wanted: readonly E[]) => ({
    ...place.list(where, session, sent, wanted),
    property,
  });

  return {
    async create(inputs: Inputs, session: Session): Promise<{ id: string; outputs: Owned }> {
      const wanted = entriesOf(inputs);
      const list = ownPart(listOf(inputs, session, [], wanted), inputs, wanted, { placed: [] });
      const { firstReading } = place;
      const present = await (firstReading ? firstReading(inputs, session, list.read) : list.read());
      return createList(list, idOf(inputs), wanted, present, consentOf(inputs), session.firstLooks);
    },

    async read(
      at: W,
      session: Session,
      previous: State<Inputs, Owned> | undefined,
    ): Promise<Found<Inputs, Owned> | undefined> {
      const named = placeNow(at, previous);
      const where = place.locate ? await place.locate(named, session) : named;
      if (where === undefined) return undefined;
      const sent = previous === undefined ? [] : entriesOf(previous.inputs);
      const readAt = async (place: W): Promise<Found<Inputs, Owned> | undefined> => {
        const all = listOf(place, session, sent, []);
        const memory = previous && memoryOf(previous, all);
        const list = previous && memory ? ownPart(all, previous.inputs, sent, memory) : all;
        const read = await readList(list, memory);
        if (read === undefined) return undefined;
        const inputs = { ...place, [property]: read.entries } as unknown as Found<Inputs, Owned>["inputs"];
        return { id: idOf(place), inputs, outputs: read.outputs };
      };
      const there = await readAt(where);
      const now = there === undefined ? await place.whereNow?.(where, session) : undefined;
      return now === undefined ? there : readAt(now);
    },

    update(previous: State<Inputs, Owned>, inputs: Inputs, session: Session): Promise<Owned> {
      const wanted = entriesOf(inputs);
      const all = listOf(inputs, session, entriesOf(previous.inputs), wanted);
      const memory = memoryOf(previous, all);
      const list = ownPart(all, inputs, wanted, memory);
      return updateList(list, idOf(inputs), memory, wanted, consentOf(inputs));
    },

    delete(state: State<Inputs, Owned>, session: Session): Promise<void> {
      const list = listOf(state.inputs, session, entriesOf(state.inputs), []);
      return deleteList(list, memoryOf(state, list));
    },
  };
}

function consentOf({ adopt, adoptBy = "set adopt: true", removeAdopted }: Limits): Consent {
  return { change: adopt, how: adoptBy, remove: removeAdopted ?? true, flag: "removeAdopted" };
}

/** The list as far as it is this resource's: where those of others stay, they are not even seen. */
function ownPart<E, H>(
  list: OwnedList<E, H>,
  { others }: Pick<Limits, "others">,
  declared: readonly E[],
  { placed }: Pick<Owned, "placed">,
): OwnedList<E, H> {
  if (others !== "keep") return list;
  const own = new Set([...declared.map(list.keyOf), ...placed]);
  const isOwn = (entry: E) => own.has(list.keyOf(entry));
  return { ...list, read: async () => (await list.read()).filter(({ entry }) => isOwn(entry)) };
}
