#!/usr/bin/env node
// Not what is built: an install links this, and in a fresh checkout there is nothing else yet.
import "../dist/cli.js";
