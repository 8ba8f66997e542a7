"""A device in a room: the seed protocol over Socket.IO, in the device's dialect."""

import asyncio
import contextlib

import socketio
from aiortc import RTCConfiguration, RTCIceServer, RTCSessionDescription

from bar import MovingBar
from dialect import read_candidate, read_description, write_description
from reports import report
from viewer import Viewer

# What this WebRTC stack can do, for the others to heed (docs/protocol.md, Capabilities).
ABILITIES = {"rollback": False, "restart": False, "dialect": "device"}
ANSWERS_ONLY = {**ABILITIES, "renegotiate": False}

# Seconds until a server that is away is tried again.
RETRY_AFTER = 2


class Device:
    """
    Shows everyone in the room its picture. It answers offers; with `offers` it also makes one to everyone who was there
    before it, as the seed protocol has it.
    """

    def __init__(self, room: str, name: str, offers: bool = False, stun: str | None = None):
        self._room = room
        self._name = name
        self._offers = offers
        self._present: set[str] = set()
        self._configuration = RTCConfiguration(iceServers=[RTCIceServer(urls=f"stun:{stun}")] if stun else [])
        self._viewers: dict[str, Viewer] = {}
        # Its own way of coming back cannot be cancelled.
        self._socket = socketio.AsyncClient(reconnection=False)
        for handler in (self.connect, self.created, self.joined, self.offer, self.answer, self.candidate, self.exit, self.rejected):
            self._socket.on(handler.__name__, handler)

    async def run(self, url: str) -> None:
        """Until it is cancelled. Raises socketio.exceptions.ConnectionError where there is no server at first."""
        await self._socket.connect(url, transports=["websocket"])
        while True:
            await self._socket.wait()
            await asyncio.sleep(RETRY_AFTER)
            with contextlib.suppress(socketio.exceptions.ConnectionError):
                await self._socket.connect(url, transports=["websocket"])

    async def leave(self) -> None:
        """Says goodbye, where there is anybody to hear it."""
        if self._socket.connected:
            await self._socket.emit("exit", {"room": self._room})
        await self._drop_all()
        await self._socket.disconnect()

    # What the server says.

    async def connect(self) -> None:
        # Perhaps again: without a key a membership ends with its connection.
        await self._drop_all()
        capabilities = ABILITIES if self._offers else ANSWERS_ONLY
        await self._socket.emit("createAndJoinRoom", {"room": self._room, "metadata": {"name": self._name}, "capabilities": capabilities})

    async def created(self, message: dict) -> None:
        report("joined", id=message["id"], room=message["room"])
        self._present = {peer["id"] for peer in message["peers"]}
        if self._offers:
            for peer in message["peers"]:
                (await self._renew(peer["id"])).propose()

    async def joined(self, message: dict) -> None:
        self._present.add(message["id"])

    async def offer(self, message: dict) -> None:
        peer = message["from"]
        if peer not in self._present:
            return
        # Who is told that it only answers sends one offer for each connection.
        viewer = self._viewers.get(peer) if self._offers else None
        viewer = viewer or await self._renew(peer)
        viewer.take(read_description("offer", message["sdp"]))

    async def answer(self, message: dict) -> None:
        if viewer := self._viewers.get(message["from"]):
            viewer.take(read_description("answer", message["sdp"]))

    async def candidate(self, message: dict) -> None:
        viewer = self._viewers.get(message["from"])
        if viewer and (candidate := read_candidate(message["candidate"])):
            viewer.add(candidate)

    async def exit(self, message: dict) -> None:
        report("left", peer=message["from"])
        self._present.discard(message["from"])
        await self._drop(message["from"])

    async def rejected(self, message: dict) -> None:
        report("rejected", code=message["code"], message=message["message"])

    # What the device does.

    async def _renew(self, peer: str) -> Viewer:
        """A new connection with a peer, in the place of the one that there may be."""
        before = self._viewers.get(peer)

        async def say(description: RTCSessionDescription) -> None:
            await self._socket.emit(description.type, {"to": peer, "room": self._room, "sdp": write_description(description)})

        viewer = self._viewers[peer] = Viewer(peer, self._configuration, MovingBar(), say)
        if before:
            await before.close()
        return viewer

    async def _drop(self, peer: str) -> None:
        if viewer := self._viewers.pop(peer, None):
            await viewer.close()

    async def _drop_all(self) -> None:
        for peer in list(self._viewers):
            await self._drop(peer)
