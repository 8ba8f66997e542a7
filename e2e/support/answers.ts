import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Gives tests in every worker what a global setup holds, or still prepares. */
export interface Answers {
  readonly url: string;
  close(): void;
}

/** Serves `answer` of the path after the `/`. A test waits in `ask` as long as the answer takes. */
export async function serveAnswers(answer: (path: string) => Promise<string>): Promise<Answers> {
  const server = createServer((request, response) => {
    answer((request.url ?? "").slice(1)).then(
      (answered) => response.end(answered),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: () => void server.close(),
  };
}

/** Rejects with the error of the other side. An answer may take minutes, which `fetch` does not wait. */
export async function ask({ url }: Pick<Answers, "url">, path = ""): Promise<string> {
  const [response] = (await once(get(`${url}/${path}`), "response")) as [IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(answer);
  return answer;
}
