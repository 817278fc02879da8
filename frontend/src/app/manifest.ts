import type { MetadataRoute } from "next";
import { PRODUCT } from "@/lib/messages/define";
import { BACKGROUNDS } from "@/lib/theme";
import icon192 from "./_icons/icon-192.png";
import icon512 from "./_icons/icon-512.png";
import maskable512 from "./_icons/maskable-512.png";

/** What a browser needs to install the page as an application. `python -m page.icons` draws the icons. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    id: "/",
    name: PRODUCT,
    short_name: PRODUCT,
    start_url: "/hunt",
    display: "standalone",
    background_color: BACKGROUNDS.dark,
    theme_color: BACKGROUNDS.dark,
    icons: [
      { src: icon192.src, sizes: "192x192", type: "image/png", purpose: "any" },
      { src: icon512.src, sizes: "512x512", type: "image/png", purpose: "any" },
      { src: maskable512.src, sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
  };
}
