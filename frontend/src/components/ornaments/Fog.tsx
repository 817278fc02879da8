/**
 * Drifts behind the open pages, and lies still for those who asked for less motion. Not behind the lists: without
 * a graphics card its layers cost more of each frame of scrolling than all the rows.
 */
export function Fog() {
  return (
    <div className="fog" aria-hidden="true">
      <span className="fog-bank" />
      <span className="fog-bank fog-bank-far" />
    </div>
  );
}
