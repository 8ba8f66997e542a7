"""A device in a room: the base protocol over Socket.IO, in the device dialect."""

import asyncio
import contextlib

import socketio
from aiortc import RTCConfiguration, RTCIceServer, RTCSessionDescription

from bar import MovingBar
from dialect import read_candidate, read_description, write_description
from reports import report
from viewer import Viewer

# What aiortc can do. The other peers adapt to it (docs/protocol.md, Capabilities).
CAPABILITIES = {"rollback": False, "restart": False, "dialect": "device"}
ANSWER_ONLY = {**CAPABILITIES, "renegotiate": False}

# Seconds before each retry of a lost connection.
RETRY_DELAY = 2


class Device:
    """
    Sends its video to everyone in the room. It answers offers. With `offers` it also sends an offer to every peer that
    was in the room before it, as the base protocol says.
    """

    def __init__(self, room: str, name: str, offers: bool = False, stun: str | None = None):
        self._room = room
        self._name = name
        self._offers = offers
        self._present: set[str] = set()
        self._configuration = RTCConfiguration(iceServers=[RTCIceServer(urls=f"stun:{stun}")] if stun else [])
        self._viewers: dict[str, Viewer] = {}
        # The reconnection of python-socketio cannot be canceled: `run` does it.
        self._socket = socketio.AsyncClient(reconnection=False)
        relayed = (self.offer, self.answer, self.candidate)
        for handler in (self.connect, self.created, self.joined, *relayed, self.exit, self.rejected):
            self._socket.on(handler.__name__, handler)

    async def run(self, url: str) -> None:
        """Runs until it is canceled. Raises socketio.exceptions.ConnectionError if the first connection fails."""
        await self._socket.connect(url, transports=["websocket"])
        while True:
            await self._socket.wait()
            await asyncio.sleep(RETRY_DELAY)
            with contextlib.suppress(socketio.exceptions.ConnectionError):
                await self._socket.connect(url, transports=["websocket"])

    async def leave(self) -> None:
        """Sends `exit` if there is a connection, and closes everything."""
        if self._socket.connected:
            await self._socket.emit("exit", {"room": self._room})
        await self._close_all()
        await self._socket.disconnect()

    # The events of the server. Each method has the name of its event.

    async def connect(self) -> None:
        # Also after a reconnection: the membership of a legacy client ends with its connection.
        await self._close_all()
        capabilities = CAPABILITIES if self._offers else ANSWER_ONLY
        metadata = {"name": self._name}
        await self._socket.emit(
            "createAndJoinRoom", {"room": self._room, "metadata": metadata, "capabilities": capabilities}
        )

    async def created(self, message: dict) -> None:
        report("joined", id=message["id"], room=message["room"])
        self._present = {peer["id"] for peer in message["peers"]}
        if self._offers:
            for peer in message["peers"]:
                (await self._new_viewer(peer["id"])).send_offer()

    async def joined(self, message: dict) -> None:
        self._present.add(message["id"])

    async def offer(self, message: dict) -> None:
        peer = message["from"]
        if peer not in self._present:
            return
        # An answer-only device gets one offer for each connection.
        viewer = self._viewers.get(peer) if self._offers else None
        viewer = viewer or await self._new_viewer(peer)
        viewer.receive_description(read_description("offer", message["sdp"]))

    async def answer(self, message: dict) -> None:
        if viewer := self._viewers.get(message["from"]):
            viewer.receive_description(read_description("answer", message["sdp"]))

    async def candidate(self, message: dict) -> None:
        viewer = self._viewers.get(message["from"])
        if viewer and (candidate := read_candidate(message["candidate"])):
            viewer.receive_candidate(candidate)

    async def exit(self, message: dict) -> None:
        report("left", peer=message["from"])
        self._present.discard(message["from"])
        await self._close(message["from"])

    async def rejected(self, message: dict) -> None:
        report("rejected", code=message["code"], message=message["message"])

    async def _new_viewer(self, peer: str) -> Viewer:
        """A new connection with a peer. It replaces the old one."""
        old = self._viewers.get(peer)

        async def send(description: RTCSessionDescription) -> None:
            message = {"to": peer, "room": self._room, "sdp": write_description(description)}
            await self._socket.emit(description.type, message)

        viewer = self._viewers[peer] = Viewer(peer, self._configuration, MovingBar(), send)
        if old:
            await old.close()
        return viewer

    async def _close(self, peer: str) -> None:
        if viewer := self._viewers.pop(peer, None):
            await viewer.close()

    async def _close_all(self) -> None:
        for peer in list(self._viewers):
            await self._close(peer)
