"""A device in a room: the seed protocol over Socket.IO, in the device's dialect."""

import socketio
from aiortc import RTCConfiguration, RTCIceServer, RTCSessionDescription

from bar import MovingBar
from dialect import read_candidate, read_description, write_description
from reports import report
from viewer import Viewer

# What this WebRTC stack can do, for the others to heed (docs/protocol.md, Capabilities).
ABILITIES = {"rollback": False, "restart": False, "dialect": "device"}
ANSWERS_ONLY = {**ABILITIES, "renegotiate": False}


class Device:
    """
    Shows everyone in the room its picture. It answers offers; with `offers` it also makes one to everyone who was there
    before it, as the seed protocol has it.
    """

    def __init__(self, room: str, offers: bool = False, stun: str | None = None):
        self._room = room
        self._offers = offers
        self._configuration = RTCConfiguration(iceServers=[RTCIceServer(urls=f"stun:{stun}")] if stun else [])
        self._viewers: dict[str, Viewer] = {}
        self._socket = socketio.AsyncClient()
        for handler in (self.connect, self.created, self.offer, self.answer, self.candidate, self.exit, self.rejected):
            self._socket.on(handler.__name__, handler)

    async def run(self, url: str) -> None:
        """Until `stop`. Raises socketio.exceptions.ConnectionError where there is no server."""
        await self._socket.connect(url, transports=["websocket"])
        await self._socket.wait()

    async def stop(self) -> None:
        await self._socket.emit("exit", {"room": self._room})
        await self._drop_all()
        await self._socket.disconnect()

    # What the server says.

    async def connect(self) -> None:
        # Perhaps again: without a key a membership ends with its connection.
        await self._drop_all()
        await self._socket.emit("createAndJoinRoom", {"room": self._room, "capabilities": ABILITIES if self._offers else ANSWERS_ONLY})

    async def created(self, message: dict) -> None:
        report("joined", id=message["id"], room=message["room"])
        if self._offers:
            for peer in message["peers"]:
                (await self._renew(peer["id"])).propose()

    async def offer(self, message: dict) -> None:
        peer = message["from"]
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
