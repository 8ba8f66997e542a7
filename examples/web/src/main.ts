import { App } from "./app.js";
import { readPageOptions } from "./url.js";

const root = document.getElementById("app");
if (root === null) throw new Error("The page has no element #app.");
new App(root, readPageOptions(location.search)).start();
