// QR codes, by the library `qr`: drawn into an <svg> of the page that holds a <rect> and a <path>.

import encodeQR from "qr";

const QUIET = 4; // squares around the code, as ISO/IEC 18004 asks

/** Draws the code of a text, dark on white with its quiet zone. */
export function draw(text: string, svg: Element): void {
  const grid = encodeQR(text, "raw", { ecc: "medium", border: QUIET });
  const side = String(grid.length);
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  for (const name of ["width", "height"]) svg.querySelector("rect")?.setAttribute(name, side);
  const cells = grid.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  svg.querySelector("path")?.setAttribute("d", cells.join(""));
}
