// What the pages for scanning tell after each scan: large, with a sound and a vibration.

import { word } from "./words";

export const at = <T extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as T;

export type Look = "good" | "ask" | "bad";

let sound: AudioContext | null = null;

export function state(name: string, look: Look, values: Record<string, string>, more = word(`state.${name}.more`, values)): void {
  at("state").className = `state ${look}`;
  at("state-big").textContent = word(`state.${name}`, values);
  at("state-more").textContent = more;
  beep(look);
}

function beep(look: Look): void {
  navigator.vibrate?.(look === "good" ? 80 : [150, 80, 150]);
  try {
    sound ??= new AudioContext();
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = look === "good" ? 1_320 : 330;
    volume.gain.value = 0.15;
    tone.connect(volume).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + (look === "good" ? 0.1 : 0.35));
  } catch {
    // no sound here
  }
}

export function trouble(text: string): void {
  at("trouble").textContent = text;
  at("trouble").hidden = !text;
}
