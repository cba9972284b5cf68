/*
 * What others do with a card: while it is looked at, it is asked every few seconds whether it is
 * still what it was, which costs the server one query where it is. A hidden page rests; where no
 * answer comes, the pauses grow.
 */
const EVERY = 4000;
const LONGEST = 60000;

/**
 * Follow a card: `look()` asks for it and answers a promise, which fails where there was no answer.
 * `back()` is called when somebody looks at the page again. It ends with `signal`.
 */
export const follow = ({ look, back, signal }) => {
  let pause = EVERY;
  let timer = null;

  const later = () => {
    clearTimeout(timer);
    timer = document.hidden || signal.aborted ? null : setTimeout(ask, pause);
  };
  const ask = async () => {
    try {
      await look();
      pause = EVERY;
    } catch {
      pause = Math.min(LONGEST, pause * 2);
    }
    later();
  };
  const again = () => {
    clearTimeout(timer);
    if (!document.hidden) {
      pause = EVERY;
      back();
      later();
    }
  };

  document.addEventListener("visibilitychange", again, { signal });
  addEventListener("focus", again, { signal });
  addEventListener("online", again, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  later();
};
