// The few things that a page does by itself; everything works without them.
document.addEventListener("DOMContentLoaded", () => {
  const fault = document.querySelector("[aria-invalid=true]") || document.getElementById("fel");
  if (fault) fault.focus();
  const flash = document.querySelector(".flash");
  if (flash) setTimeout(() => flash.classList.remove("flash"), 8000); // seen by then, it stays on top of the page
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", () => {
      for (const button of form.querySelectorAll("button:not([name])")) button.disabled = true;
    });
  }
});
