"use client";

import "./globals.css";
import ErrorPage from "./error";

/** Even the layout broke: the error page, with a document of its own around it. */
export default function GlobalError(props: Parameters<typeof ErrorPage>[0]) {
  return (
    <html lang="en">
      <body>
        <ErrorPage {...props} />
      </body>
    </html>
  );
}
