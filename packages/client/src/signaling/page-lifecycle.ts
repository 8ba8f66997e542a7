import type { Clock } from "../util/clock.js";

/** What became of the page while nobody looked. */
export interface Waking {
  /** The network may be another one. */
  readonly networkChanged: boolean;
  /** The page stood still, or went slowly, for so long that a connection may have died without a word. */
  readonly slept: boolean;
}

export interface PageLifecycleListener {
  /** The page is looked at, runs or has a network again. Several events of one waking each tell of it. */
  pageResumed(waking: Waking): void;
  /** The page may be left, and some browsers close its sockets before they say so; or it stays: a download, a dialog. */
  pageLeaving(): void;
  /** The page is left. It may stop for good once this returns, or come back with `pageReturned`. */
  pageLeft(): void;
  /** The page was taken out of the back/forward cache, as it was. */
  pageReturned(): void;
}

/** What is used of a browser's global object. Anything less (Node, React Native) has no page life. */
interface Page {
  addEventListener?: (type: string, listener: (event: Event) => void, options: { capture: boolean }) => void;
  removeEventListener?: (type: string, listener: (event: Event) => void, options: { capture: boolean }) => void;
  readonly document?: { readonly visibilityState?: string };
}

/** A page that is hidden for longer may be slowed down or stopped by the browser. */
const soundSleepMs = 5000;

/**
 * Listens to the life of the page (HTML section 7.4.6, Page Lifecycle section 4) until what it returns is called. Events
 * of the document are heard on their way down, so that one object is all that is listened to.
 */
export function watchPage(listener: PageLifecycleListener, clock: Clock, page: Page = globalThis): () => void {
  let stillSince: number | undefined;
  const wake = (waking: Partial<Waking>): void => {
    const slept = stillSince !== undefined && clock.now() - stillSince > soundSleepMs;
    stillSince = undefined;
    listener.pageResumed({ networkChanged: false, slept, ...waking });
  };
  const handlers: Record<string, (event: Event) => void> = {
    online: () => wake({ networkChanged: true }),
    visibilitychange: () => {
      if (page.document?.visibilityState === "hidden") stillSince ??= clock.now();
      else wake({});
    },
    freeze: () => (stillSince ??= clock.now()),
    resume: () => wake({ slept: true }),
    beforeunload: () => listener.pageLeaving(),
    pagehide: () => listener.pageLeft(),
    // The first one only says that the page has loaded.
    pageshow: (event) => (event as Partial<PageTransitionEvent>).persisted === true && listener.pageReturned(),
  };
  const entries = Object.entries(handlers);
  for (const [type, handler] of entries) page.addEventListener?.(type, handler, { capture: true });
  return () => {
    for (const [type, handler] of entries) page.removeEventListener?.(type, handler, { capture: true });
  };
}
