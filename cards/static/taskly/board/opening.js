/*
 * Opening a card: beside the board where a part of the page offers that, else on its own page.
 * Whoever asks for a new tab gets one.
 */

export const mountOpening = (board) => {
  const openers = [];
  board.onOpen = (opener) => {
    openers.push(opener);
  };
  board.open = (id, event) => {
    if (openers.some((opener) => opener(id, event))) {
      event?.preventDefault();
      return;
    }
    if (!event?.target?.closest?.("a[href]")) {
      location.assign(board.page.urls.card.replace("{id}", id));
    }
  };

  board.root.addEventListener("click", (event) => {
    const card = event.target.closest("[data-card]");
    const asksForTab = event.ctrlKey || event.metaKey || event.shiftKey || event.button;
    if (!card || asksForTab || event.defaultPrevented) {
      return;
    }
    if (event.target.closest("button, input, textarea, select, [contenteditable]")) {
      return;
    }
    if (String(document.getSelection()).trim() && !event.target.closest("a")) {
      return;
    }
    board.open(card.dataset.card, event);
  });

  // A card was written beside the board: what the answer doesn't tell is asked for.
  document.addEventListener("taskly:card", ({ detail }) => {
    if (detail?.id && detail.version) {
      board.store.learn(detail);
    }
    board.sync.now();
  });
};
