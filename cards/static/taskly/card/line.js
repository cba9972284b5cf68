/*
 * One line of text that is edited where it stands: what Enter, Escape and leaving the field do is
 * said here for all of them. Keys of words that are being composed don't come here (main.js).
 */
import { clearNotice, explain, same, saveField, valueOf } from "./save.js";

/** Enter saves and Escape leaves; a panel around the field hears of neither. */
export const lineKeys = (field, { save, leave }) => {
  field.addEventListener("keydown", (event) => {
    const act = { Enter: save, Escape: leave }[event.key];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  });
};

/**
 * Let the card's field `name` be edited in `field`, which stands in `part`: Enter or leaving it
 * saves, Escape leaves it as it was. `read()` answers what the value becomes, or undefined where
 * it can't be kept and the person was told. `onclose({ refocus, saved })` takes the field away;
 * `saved` is the card as it was answered, if it was written.
 */
export const editLine = (part, page, field, { name, read, shown, onclose }) => {
  const seen = page.card;
  let base = seen;
  let saving = false;
  let closed = false;
  part.dataset.busy = "";

  const close = (how) => {
    // Taking the field away is leaving it as well, and that would save.
    if (!closed) {
      closed = true;
      onclose(how);
      clearNotice(part);
      delete part.dataset.busy;
      page.refresh();
    }
  };
  const save = async ({ refocus }) => {
    const wanted = saving || closed ? undefined : read();
    if (wanted === undefined) {
      return;
    }
    if (base === seen && same(wanted, valueOf(seen, name), name)) {
      close({ refocus });
      return;
    }
    saving = true;
    clearNotice(part);
    try {
      const saved = await saveField(page, name, wanted, { base });
      close({ refocus, saved });
    } catch (error) {
      field.setAttribute("aria-invalid", "true");
      explain(part, error, {
        mine: () => {
          base = page.card;
          save({ refocus: true });
        },
        theirs: () => close({ refocus: true }),
        shown,
      });
    } finally {
      saving = false;
    }
  };

  field.addEventListener("input", () => field.removeAttribute("aria-invalid"));
  lineKeys(field, { save: () => save({ refocus: true }), leave: () => close({ refocus: true }) });
  field.addEventListener("blur", (event) => {
    // What was refused waits for its answer in the buttons beside it.
    if (!part.contains(event.relatedTarget) && field.getAttribute("aria-invalid") !== "true") {
      save({ refocus: false });
    }
  });
};
