/** A video of a running clock: it needs no camera, and shows whether media flows. */
export function clockTrack(name: string): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  canvas.width = 320;
  canvas.height = 180;
  const context = canvas.getContext("2d");
  const draw = (): void => {
    if (context === null) return;
    context.fillStyle = "#1b4c97";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "#ffffff";
    context.textAlign = "center";
    context.font = "600 28px sans-serif";
    context.fillText(name, canvas.width / 2, 66);
    context.font = "600 44px monospace";
    context.fillText(new Date().toTimeString().slice(0, 8), canvas.width / 2, 124);
    // A second is long to wait for a sign of life.
    context.fillRect(0, 168, (canvas.width * (Date.now() % 1000)) / 1000, 12);
  };
  draw();
  // An animation frame never comes in a page that is hidden.
  setInterval(draw, 100);
  const [track] = canvas.captureStream(10).getVideoTracks();
  if (track === undefined) throw new Error("This browser cannot record a canvas.");
  return track;
}
