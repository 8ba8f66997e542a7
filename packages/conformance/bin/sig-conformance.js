#!/usr/bin/env node
// A file of its own: an install links it, and a fresh checkout has no dist yet.
import "../dist/cli.js";
