// The account page: signing out.

import { signOut } from "./session";
import { wordsOf } from "./words";

const status = document.querySelector("[data-status]") as HTMLElement;

document.getElementById("sign-out")?.addEventListener("click", () => {
  signOut().then(
    () => location.assign("/"),
    (error) => {
      status.textContent = wordsOf(error);
      status.classList.add("wrong");
    },
  );
});
