"""What goes over the wire: the device's dialect on the way out, the protocol's first one on the way in (docs/protocol.md)."""

import re

from aiortc import RTCIceCandidate, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp


def write_description(description: RTCSessionDescription) -> dict:
    return {"type": description.type, "sdp": description.sdp}


def read_description(kind: str, sdp) -> RTCSessionDescription:
    """Of either dialect. Bare newlines and indented lines are read over."""
    text = sdp["sdp"] if isinstance(sdp, dict) else sdp
    lines = [line.lstrip() for line in re.split(r"[\r\n]+", text)]
    return RTCSessionDescription(sdp="\r\n".join(line for line in lines if line) + "\r\n", type=kind)


def read_candidate(candidate: dict) -> RTCIceCandidate | None:
    """None says that no more will follow. Raises ValueError for a line that is no candidate."""
    line = candidate.get("sdp", candidate.get("candidate", "")).removeprefix("a=").removeprefix("candidate:")
    if not line:
        return None
    if len(line.split()) < 8:
        raise ValueError("This is no candidate.")
    read = candidate_from_sdp(line)
    index = candidate.get("sdpMLineIndex")
    read.sdpMid = candidate.get("sdpMid")
    read.sdpMLineIndex = None if index is None else int(index)
    return read
