/** A difference that a slow answer may make, not a clock that is wrong. */
const TOLERATED_MS = 60_000;

let ahead = 0;

/** What the gateway's clock says at this moment, in milliseconds since 1970: this machine's may be hours off. */
export function correctClock(gatewayNow: number): void {
  const difference = Date.now() - gatewayNow;
  ahead = Math.abs(difference) > TOLERATED_MS ? difference : 0;
}

/** Now, as the gateway would say it; milliseconds since 1970. */
export const now = (): number => Date.now() - ahead;
