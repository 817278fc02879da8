import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  // Without a root of its own, Next walks up to the repository's and nests server.js under frontend/.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  // All art is SVG served as it is: no image optimiser, and no native sharp in the image.
  images: { unoptimized: true },
  poweredByHeader: false,
  reactStrictMode: true,
};

export default config;
