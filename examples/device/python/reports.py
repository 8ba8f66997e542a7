"""Prints events on the standard output, one JSON object a line."""

import json


def report(event: str, **fields) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)
