"""What happens, as JSON on the standard output: one object a line."""

import json


def report(event: str, **fields) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)
