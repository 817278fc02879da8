import { Button } from "./Button";
import { Lantern } from "@/components/ornaments/Lantern";

/** In place of what cannot be shown. It needs no one: whoever renders it keeps asking. */
export function GatewayUnreachable({ retryNow }: { retryNow: () => void }) {
  return (
    <section role="status" className="quiet-state">
      <Lantern lit={false} />
      <h2>The lamp has gone out</h2>
      <p>The gateway does not answer. Nothing is lost: this page asks again by itself, and goes on when it is back.</p>
      <Button onClick={retryNow}>Ask now</Button>
    </section>
  );
}

/** Above what was read before the gateway fell silent. */
export function GatewayUnreachableBanner() {
  return (
    <p role="status" className="banner">
      <span aria-hidden="true" className="ember" />
      The gateway does not answer. What you see is what was read last; asking again…
    </p>
  );
}
