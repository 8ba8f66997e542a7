import { type Rejection } from "@sig/protocol";

/** A join that waits for the application. It may be canceled meanwhile, with the rejection that the caller gets. */
export class PendingJoin {
  readonly room: string;
  readonly id: string;
  /** Resolves when the join is canceled. */
  readonly canceled: Promise<Rejection>;
  rejection: Rejection | undefined;
  #resolve: (rejection: Rejection) => void = () => undefined;

  constructor(room: string, id: string) {
    this.room = room;
    this.id = id;
    this.canceled = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** The first rejection counts. */
  cancel(rejection: Rejection): void {
    this.rejection ??= rejection;
    this.#resolve(this.rejection);
  }
}
