/** Asks a server as fast as it answers, over a few connections that stay open. */
import { Pool } from "undici";

export interface Figures {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const connections = 4;

/**
 * Posts every form once.
 *
 * @throws with the answer, at the first that is not 200
 */
export async function measure(address: string, forms: readonly string[]): Promise<Figures> {
  const { origin, pathname: path } = new URL(address);
  const pool = new Pool(origin, { connections });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const took: number[] = [];
  let next = 0;
  const ask = async (): Promise<void> => {
    for (let body = forms[next++]; body !== undefined; body = forms[next++]) {
      const began = performance.now();
      const answer = await pool.request({ method: "POST", path, headers, body });
      const text = await answer.body.text();
      took.push(performance.now() - began);
      if (answer.statusCode !== 200) throw new Error(`${address} answered ${answer.statusCode}: ${text}`);
    }
  };
  const began = performance.now();
  try {
    await Promise.all(Array.from({ length: connections }, ask));
  } finally {
    await pool.destroy();
  }
  const seconds = (performance.now() - began) / 1000;
  took.sort((one, other) => one - other);
  const at = (share: number) => took[Math.min(Math.floor(took.length * share), took.length - 1)] ?? NaN;
  return { perSecond: took.length / seconds, p50: at(0.5), p99: at(0.99) };
}
