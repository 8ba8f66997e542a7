/**
 * The page that is filmed: two windows side by side, and a terminal below them.
 *
 * @param {string[]} names
 */
export function showStage(names) {
  const windows = names.map(
    (name) => `<figure><figcaption><i></i><i></i><i></i> ${name}'s window</figcaption><img></figure>`,
  );
  return `<!doctype html><style>
    body { margin: 0; padding: 10px; width: 980px; height: 526px; background: #e8eaed;
    font: 13px sans-serif; display: grid; gap: 10px;
      grid: auto 1fr / 1fr 1fr }
    figure { margin: 0; border-radius: 8px; overflow: hidden; box-shadow: 0 1px 5px #0004; background: #fff }
    figcaption { padding: 6px 10px; background: #cfd4da; color: #333 }
    i { display: inline-block; width: 9px; height: 9px; border-radius: 9px; background: #9aa0a6; margin-right: 3px }
    img { display: block; width: 485px; height: auto }
    pre { grid-column: 1 / 3; margin: 0; padding: 8px 14px; background: #16181d; color: #b6f0c0; border-radius: 8px;
    font: 14px/1.35 monospace; overflow: hidden }
  </style>${windows.join("")}<pre></pre>`;
}

/**
 * Runs in that page.
 *
 * @param {string[]} shots A picture of each window, as a `data:` address.
 */
export async function drawStage(shots) {
  const pictures = [...document.querySelectorAll("img")];
  await Promise.all(
    pictures.map((picture, index) => {
      picture.src = shots[index] ?? "";
      return picture.decode();
    }),
  );
}
