import { existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import sirv from "sirv";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The page loads nothing from elsewhere, runs no inline script and fits in no frame. */
const pageHeaders = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self' blob:",
    // Safari before 15.4 does not count WebSockets of the same host as 'self'.
    "connect-src 'self' ws: wss:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** Serves the files of a built page. Where there is no build it says so on every request, with status 503. */
export function servePages(root: string): Handler {
  if (!existsSync(root)) {
    return (_request, response) => {
      response.writeHead(503, { "Content-Type": "text/plain; charset=utf-8" });
      response.end("The page has not been built yet. Run `npm start` in the root of the repository.\n");
    };
  }
  const serve = sirv(root, {
    etag: true,
    setHeaders: (response, path) => {
      for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
      // Built assets carry a hash of their content in their name.
      response.setHeader(
        "Cache-Control",
        path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      );
    },
  });
  return (request, response) => {
    serve(request, response, () => {
      response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" });
      response.end("Not found.\n");
    });
  };
}
