/*
 * Who works on the board, as a row of initials in its header.
 */
import { h } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { face, personName } from "./card.js";

const SHOWN = 5;

export const mountPeople = ({ store }) => {
  const place = document.getElementById("board-people");

  const draw = () => {
    const { members } = store.state;
    const rest = members.slice(SHOWN);
    place.replaceChildren(...members.slice(0, SHOWN).map(face));
    if (rest.length) {
      const names = rest.map(personName).join(", ");
      const said = interpolate(gettext("And also: %(names)s"), { names });
      place.append(h("span.initials", { role: "img", "aria-label": said, title: names }, `+${rest.length}`));
    }
  };

  store.subscribe((parts) => {
    if (parts.has("members")) {
      draw();
    }
  });
};
