import type { StaticImageData } from "next/image";
import { preload } from "react-dom";
import moon from "./moon.svg";

/** The town by night, behind the first screen. */
export function Scene() {
  // The largest thing in sight: asked for with the page, not once its style sheet has come.
  preload((moon as StaticImageData).src, { as: "image", fetchPriority: "high" });
  return (
    <div className="scene" aria-hidden="true">
      <div className="scene-moon" />
      <div className="scene-city" />
      <div className="scene-fog" />
    </div>
  );
}
