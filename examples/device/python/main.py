"""A device with a picture and no camera, for a room of a sig server. See README.md."""

import argparse
import asyncio
import signal

import socketio

from device import Device


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="of the signaling server, as http://localhost:3000")
    parser.add_argument("room")
    parser.add_argument("--name", default="Python", help="what the others see")
    parser.add_argument("--offers", action="store_true", help="offer to those who were there before, instead of only answering")
    parser.add_argument("--stun", metavar="HOST:PORT", help="a STUN server; without one only addresses of this machine are offered")
    options = parser.parse_args()

    device = Device(options.room, options.name, offers=options.offers, stun=options.stun)
    stopping = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    running = asyncio.ensure_future(device.run(options.url))
    asked = asyncio.ensure_future(stopping.wait())
    await asyncio.wait([running, asked], return_when=asyncio.FIRST_COMPLETED)
    if asked.done():
        running.cancel()
        await device.leave()
        return
    try:
        running.result()
    except socketio.exceptions.ConnectionError as error:
        raise SystemExit(f"No server at {options.url}: {error}") from None


asyncio.run(main())
