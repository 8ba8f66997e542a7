/**
 * The next message of a process; rejects if it ends before.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} name for the error
 * @returns {Promise<any>}
 */
export function nextMessage(child, name) {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`${name} ended.`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message);
    });
  });
}
