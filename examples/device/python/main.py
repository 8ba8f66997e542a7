"""A device without a camera that sends a test video to a room of a sig server. See README.md."""

import argparse
import asyncio
import signal

import socketio

from device import Device


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="the address of the signaling server, for example http://localhost:3000")
    parser.add_argument("room")
    parser.add_argument("--name", default="Python", help="the name in the meeting")
    parser.add_argument(
        "--offers",
        action="store_true",
        help="send offers to the peers that are in the room first, instead of only answering",
    )
    parser.add_argument(
        "--stun", metavar="HOST:PORT", help="a STUN server; without one, only addresses of this machine are offered"
    )
    return parser.parse_args()


async def main() -> None:
    options = read_options()
    device = Device(options.room, options.name, offers=options.offers, stun=options.stun)
    stop_requested = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop_requested.set)
    running = asyncio.ensure_future(device.run(options.url))
    stopping = asyncio.ensure_future(stop_requested.wait())
    await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
    if stopping.done():
        running.cancel()
        await device.leave()
        return
    try:
        running.result()
    except socketio.exceptions.ConnectionError as error:
        raise SystemExit(f"Cannot reach the server at {options.url}: {error}") from None


asyncio.run(main())
