/** The town by night, behind the first screen. */
export function Scene() {
  return (
    <div className="scene" aria-hidden="true">
      <div className="scene-moon" />
      <div className="scene-city" />
      <div className="scene-fog" />
    </div>
  );
}
