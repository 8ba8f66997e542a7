import { existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import sirv from "sirv";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The page loads nothing from other hosts, runs no inline scripts and cannot be framed. */
const pageHeaders = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self' blob:",
    // Safari before 15.4 does not include WebSockets of the same host in 'self'.
    "connect-src 'self' ws: wss:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** Serves the built page in `root`. Answers 503 with instructions when there is no build. */
export function servePages(root: string): Handler {
  if (!existsSync(root)) {
    return (_request, response) => {
      response.writeHead(503, { "Content-Type": "text/plain; charset=utf-8" });
      response.end("The page is not built. Run `npm start` in the root of the repository.\n");
    };
  }
  const serve = sirv(root, {
    etag: true,
    // The build has compressed its files, once and for all.
    brotli: true,
    gzip: true,
    setHeaders: (response, path) => {
      for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
      // The names of built assets contain a hash of their content.
      response.setHeader(
        "Cache-Control",
        path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      );
    },
  });
  return (request, response) => {
    // Here, because sirv leaves it out of 304.
    response.setHeader("Vary", "Accept-Encoding");
    serve(request, response, () => {
      response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" });
      response.end("Not found.\n");
    });
  };
}
