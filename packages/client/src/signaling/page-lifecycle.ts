import { pageSleepMs } from "../negotiation/time-constants.js";
import type { Clock } from "../util/clock.js";

/** What may have happened while the page did not run. */
export interface PageResume {
  /** The network may have changed. */
  readonly networkChanged: boolean;
  /** The page was stopped or slowed down for so long that a connection may have died unnoticed. */
  readonly slept: boolean;
}

export interface PageLifecycleListener {
  /** The page is visible, runs or is online again. Several events may report the same resume. */
  pageResumed(resume: PageResume): void;
  /**
   * The page may be left, and some browsers close its sockets before they fire `pagehide`; or it stays: a download, a
   * dialog.
   */
  pageLeaving(): void;
  /** The page is left. It may end once this returns, or come back with `pageReturned`. */
  pageLeft(): void;
  /** The page was restored from the back/forward cache. */
  pageReturned(): void;
}

/** What is used of a browser's global object. Anything less (Node, React Native) has no page lifecycle. */
interface Page {
  addEventListener?: (type: string, listener: (event: Event) => void, capture: boolean) => void;
  removeEventListener?: (type: string, listener: (event: Event) => void, capture: boolean) => void;
  readonly document?: { readonly visibilityState?: string };
}

/**
 * Listens to the lifecycle of the page (HTML section 7.4.6, Page Lifecycle section 4). Returns a function that stops
 * it. Events of the document are caught in the capture phase, so that the window is the only object listened to.
 */
export function watchPage(listener: PageLifecycleListener, clock: Clock, page: Page = globalThis): () => void {
  let stillSince: number | undefined;
  const wake = (resume: Partial<PageResume>): void => {
    const slept = stillSince !== undefined && clock.now() - stillSince > pageSleepMs;
    stillSince = undefined;
    listener.pageResumed({ networkChanged: false, slept, ...resume });
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
  for (const [type, handler] of entries) page.addEventListener?.(type, handler, true);
  return () => {
    for (const [type, handler] of entries) page.removeEventListener?.(type, handler, true);
  };
}
