// Codes read with the camera: by the browser's own detector, else by libraries, which know QR codes and Code 128.

import { at, trouble } from "./telling";
import { word } from "./words";

const AGAIN_MS = 150;
// Pixels of the longer side of a frame that is searched without the browser's help; what is asked of the camera.
const BARS_LIMIT = 1280;
const QR_LIMIT = 720;
const WANTED = { facingMode: "environment", width: { ideal: BARS_LIMIT } };

type Reader = (video: HTMLVideoElement) => Promise<string>; // empty: nothing found

interface Detector {
  detect(video: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

/** The browser's own class, where it has one that knows formats; Chromium on Linux has one that knows none. */
async function ownDetector(): Promise<Detector | null> {
  const found = (window as unknown as { BarcodeDetector?: { new (): Detector; getSupportedFormats(): Promise<string[]> } })
    .BarcodeDetector;
  const formats = (await found?.getSupportedFormats().catch(() => [])) ?? [];
  return found && formats.length ? new found() : null;
}

/** By libraries. A barcode counts once two frames have it: its one check character lets a misreading in a hundred pass. */
async function libraryReader(): Promise<Reader> {
  const { barcodeIn, qrIn } = await import("./decoding");
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const frame = (video: HTMLVideoElement, limit: number): ImageData | undefined => {
    const scale = Math.min(1, limit / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!canvas.width || !canvas.height) return undefined;
    pen?.drawImage(video, 0, 0, canvas.width, canvas.height);
    return pen?.getImageData(0, 0, canvas.width, canvas.height);
  };
  let before = "";
  return async (video) => {
    const [fine, coarse] = [frame(video, BARS_LIMIT), frame(video, QR_LIMIT)];
    const bars = fine ? barcodeIn(fine) : "";
    const twice = bars === before ? bars : "";
    before = bars;
    return twice || (coarse ? qrIn(coarse) : "");
  };
}

async function reader(): Promise<Reader> {
  const detector = await ownDetector();
  if (!detector) return libraryReader();
  return async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue ?? "";
}

/** Shows the button for the camera where there is one; `scanned` hears of each code once while it is in sight. */
export async function offerCamera(scanned: (text: string) => Promise<unknown> | void): Promise<void> {
  const can = Boolean(navigator.mediaDevices?.getUserMedia);
  at("camera-offer").hidden = !can;
  at("camera-none").hidden = can;
  if (!can) return;
  const video = at<HTMLVideoElement>("video");
  const button = at("camera");
  const offered = button.textContent;
  let stream: MediaStream | null = null;
  let before = "";
  const look = async (read: Reader): Promise<void> => {
    if (!stream) return;
    const found = await read(video);
    if (found && found !== before) await scanned(found);
    before = found || before;
    setTimeout(() => void look(read), AGAIN_MS);
  };
  button.addEventListener("click", async () => {
    if (stream) {
      for (const track of stream.getTracks()) track.stop();
      stream = null;
    } else {
      stream = await navigator.mediaDevices.getUserMedia({ video: WANTED }).catch(() => null);
      if (!stream) return trouble(word("camera.denied"));
      if (at("trouble").textContent === word("camera.denied")) trouble("");
      video.srcObject = stream;
      await video.play();
      before = "";
      void look(await reader());
    }
    video.hidden = !stream;
    button.textContent = stream ? word("camera.stop") : offered;
  });
  if (!(await ownDetector())) await import("./decoding"); // so that it is at hand without a connection
}
