/** Drifts behind the page, and lies still for those who asked for less motion. */
export function Fog() {
  return (
    <div className="fog" aria-hidden="true">
      <span className="fog-bank" />
      <span className="fog-bank fog-bank-far" />
    </div>
  );
}
