import { App } from "./app.js";
import { readPageOptions } from "./page-options.js";

const root = document.getElementById("app");
if (root === null) throw new Error("The page has no element #app.");
const app = new App(root, readPageOptions(location.search));

// A video that waits for its first frame delays the load event: nothing starts before it.
if (document.readyState === "complete") app.start();
else window.addEventListener("load", () => app.start(), { once: true });
