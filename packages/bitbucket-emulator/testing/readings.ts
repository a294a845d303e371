/** Readings to try a client under, and an emulator that plays them. */
import { type Emulator } from "..";
import { openReadings, type Readings } from "../readings";

/** Each reading but the first of these names, one at a time: `[{ audience: "appended" }, …]`. */
export function oneAtATime(...names: readonly (keyof Readings)[]): readonly Partial<Readings>[] {
  return names.flatMap((name) => {
    const [, ...others] = openReadings[name];
    return others.map((reading) => ({ [name]: reading }));
  });
}

/** Plays these from now on, and the first of each other. */
export async function play({ url }: Emulator, readings: Partial<Readings>): Promise<void> {
  const answer = await fetch(`${url}/emulator/readings`, { method: "PUT", body: JSON.stringify(readings) });
  if (!answer.ok) throw new Error(await answer.text());
}
