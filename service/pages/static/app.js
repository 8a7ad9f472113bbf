// The few things that a page does by itself; everything works without them.
document.addEventListener("DOMContentLoaded", () => {
  const fault = document.getElementById("fel");
  if (fault) fault.focus();
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", () => {
      for (const button of form.querySelectorAll("button:not([name])")) button.disabled = true;
    });
  }
});
