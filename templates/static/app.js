// Conveniences only: every page works without this.
"use strict";

// Copy and download buttons are hidden until this runs.
const done = (button, word) => {
  const before = button.textContent;
  button.textContent = word;
  setTimeout(() => { button.textContent = before; }, 2000);
};
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      done(button, "Copied");
    } catch {
      done(button, "Copy it by hand");
    }
  });
}
for (const button of document.querySelectorAll("[data-save]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([document.getElementById(button.dataset.save).textContent]));
    link.download = button.dataset.name;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

// Times in the viewer's zone: "22 Nov 2026, 14:05".
for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  const part = (options) => at.toLocaleString("en-GB", options);
  const text = part({ day: "numeric", month: "short", year: "numeric" }) + ", " +
    part({ hour: "2-digit", minute: "2-digit" });
  time.title = text;
  if ("full" in time.dataset) time.textContent = text;
}
