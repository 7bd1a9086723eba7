// Codes in a picture, for browsers without a detector of their own: QR by the library `qr`, Code 128 by `@zxing/library`.
// Code 128 is the barcode of postal numbers (UPU S10) and, as GS1-128, of an SSCC.

import BinaryBitmap from "@zxing/library/esm/core/BinaryBitmap.js";
import DecodeHintType from "@zxing/library/esm/core/DecodeHintType.js";
import RGBLuminanceSource from "@zxing/library/esm/core/RGBLuminanceSource.js";
import GlobalHistogramBinarizer from "@zxing/library/esm/core/common/GlobalHistogramBinarizer.js";
import Code128Reader from "@zxing/library/esm/core/oned/Code128Reader.js";
import decodeQR from "qr/decode.js";

const EVERY_ROW = new Map([[DecodeHintType.TRY_HARDER, true]]);
// ITU-R BT.601, in 1024ths.
const RED = 306;
const GREEN = 601;
const BLUE = 117;

interface Greys {
  pixels: Uint8ClampedArray;
  width: number;
  height: number;
}

function greysOf({ data, width, height }: ImageData): Greys {
  const pixels = new Uint8ClampedArray(width * height);
  for (let i = 0; i < pixels.length; i += 1) {
    const [red, green, blue] = [data[4 * i] ?? 0, data[4 * i + 1] ?? 0, data[4 * i + 2] ?? 0];
    pixels[i] = (RED * red + GREEN * green + BLUE * blue) >> 10;
  }
  return { pixels, width, height };
}

/** Columns become rows: bars that lie one above the other stand side by side then. */
function turned({ pixels, width, height }: Greys): Greys {
  const found = new Uint8ClampedArray(pixels.length);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) found[x * height + y] = pixels[y * width + x] ?? 0;
  return { pixels: found, width: height, height: width };
}

function barsIn({ pixels, width, height }: Greys): string {
  const picture = new BinaryBitmap(new GlobalHistogramBinarizer(new RGBLuminanceSource(pixels, width, height)));
  try {
    return new Code128Reader().decode(picture, EVERY_ROW).getText();
  } catch {
    return ""; // no barcode in it
  }
}

/** The text of a Code 128, upright or turned by 90 degrees; empty where there is none. */
export function barcodeIn(picture: ImageData): string {
  const greys = greysOf(picture);
  return barsIn(greys) || barsIn(turned(greys));
}

/** The text of a QR code; empty where there is none. */
export function qrIn(picture: ImageData): string {
  try {
    return decodeQR(picture);
  } catch {
    return "";
  }
}
