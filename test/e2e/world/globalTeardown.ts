import { shared } from "./shared";

export default async function globalTeardown(): Promise<void> {
  await shared.stop?.();
}
