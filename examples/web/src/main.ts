import { App } from "./app.js";
import { readPageOptions } from "./url.js";

const root = document.getElementById("app");
if (root === null) throw new Error("The page has no element #app.");
const app = new App(root, readPageOptions(location.search));

// A video that waits for its first picture keeps the page from having loaded, for as long as it takes.
if (document.readyState === "complete") app.start();
else window.addEventListener("load", () => app.start(), { once: true });
