/*
 * Changing what cards say: one with the version that the person saw, several in one action. What
 * somebody else has changed at this moment is theirs, card by card; what is gone is left out.
 */
import { toast } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";

// How often a change of several cards is sent, where others change some of them meanwhile.
const TURNS = 20;

/** The API's names for what is changed of a card: labels lie in its metadata. */
export const bodyOf = ({ labels, ...fields }) =>
  labels === undefined ? fields : { ...fields, metadata: { labels } };

/** A field as an API answer has it, to compare with what the board shows. */
const fieldOf = (answer, name) => (name === "labels" ? (answer.metadata?.labels ?? []) : answer[name]);

/** What of a field counts: people and labels have no order, and a label goes by its name. */
const said = (value) =>
  Array.isArray(value) ? value.map((each) => each.name?.toLowerCase() ?? each).sort() : value;

const equal = (one, other) => JSON.stringify(said(one) ?? null) === JSON.stringify(said(other) ?? null);

/** Which of the cards that were sent, as lists of ids by name, a refusal says are not there. */
const goneOf = (error, sent) =>
  Object.entries(sent).flatMap(([name, ids]) =>
    Object.entries(error.errors?.[name] ?? {})
      .filter(([, wrong]) => wrong?.id)
      .map(([index]) => ids[index]),
  );

export const createChanges = (store, { truth, post, write, learned, fieldsOf }) => {
  /** Tell which cards of several were left as they are. */
  const tellGone = (cards) => {
    const text = gettext("%(key)s is not on this board any more, or you may no longer see it.");
    cards.forEach(({ key }) => toast(interpolate(text, { key }), { kind: "refused" }));
  };

  /**
   * Send a change of several cards without those that turn out to be gone: `send(ids)` of those
   * that are left, which `drop(id)` takes a card out of. Answers what `send` answered.
   */
  const sendOfThese = async (ids, send, drop) => {
    const gone = [];
    let left = ids;
    for (;;) {
      try {
        const answer = await send(left);
        tellGone(gone);
        return answer;
      } catch (error) {
        const lost = new Set(goneOf(error, { change: left, move: left }));
        left = left.filter((id) => !lost.has(id));
        if (!lost.size || !left.length) {
          throw error;
        }
        lost.forEach((id) => {
          gone.push(truth.cards.get(id) ?? store.card(id));
          drop(id);
        });
      }
    }
  };

  /**
   * Change fields of a card (drawn names; `labels` as a list). `seen` is what they were when the
   * person began (its `version` too): what somebody else has changed since isn't written over.
   * `refused(error)` is told of a refusal in place of the person. Answers the card.
   */
  const changeCard = async (id, changes, { seen = null, refused = null } = {}) => {
    const fields = Object.keys(changes);
    const before = seen ?? Object.fromEntries(fields.map((name) => [name, store.card(id)?.[name]]));
    const send = async () => {
      let version = seen?.version ?? truth.cards.get(id)?.version;
      for (let turn = 1; ; turn += 1) {
        try {
          const options = { body: bodyOf(changes), match: version && `"${id}.${version}"` };
          return (await post("PATCH", `cards/${id}/`, options)).data;
        } catch (error) {
          const present = error.status === 412 ? error.problem.current : null;
          // Somebody changed something else of the card: this change doesn't touch it.
          if (!present || turn > 3 || fields.some((name) => !equal(fieldOf(present, name), before[name]))) {
            throw error;
          }
          version = present.version;
        }
      }
    };
    const answer = await write([id], { kind: "change", fields: new Map([[id, changes]]) }, send, {
      told: { ids: [id], refused },
    });
    if (answer) {
      learned([answer]);
    }
    return answer;
  };

  /**
   * Change several cards in one action: all alike, or each as `changes(card)` says. A card of which
   * somebody else has just changed the same is left to them and named, with a way to write all the
   * same; what `changes` says of people or labels is said of theirs anew, so that both hold.
   */
  const changeCards = async (ids, changes, { refused = null } = {}) => {
    const changesOf = typeof changes === "function" ? changes : () => changes;
    const fields = fieldsOf(ids, changesOf);
    const before = new Map(ids.map((id) => [id, store.card(id)]));
    const theirs = [];

    /** Set one's own changes upon what the cards are by now. */
    const fit = () => {
      for (const [id, mine] of [...fields]) {
        const present = truth.cards.get(id);
        const seen = before.get(id);
        const others = Object.keys(mine).filter((name) => present && !equal(present[name], seen[name]));
        if (others.some((name) => Array.isArray(mine[name]))) {
          fields.set(id, changesOf(present));
          before.set(id, present);
        } else if (others.some((name) => !equal(present[name], mine[name]))) {
          fields.delete(id);
          theirs.push(present);
        }
      }
    };

    const send = async (left) => {
      for (let turn = 1; ; turn += 1) {
        fit();
        const change = left
          .filter((id) => fields.has(id))
          .map((id) => ({ id, version: truth.cards.get(id)?.version, ...bodyOf(fields.get(id)) }));
        try {
          return change.length ? (await post("POST", "cards/bulk/", { body: { change } })).data.change : [];
        } catch (error) {
          if (error.status !== 412 || !error.problem.current || turn >= TURNS) {
            throw error;
          }
          learned([error.problem.current]);
        }
      }
    };
    const whole = () => sendOfThese(ids, send, (id) => fields.delete(id));
    const answers = await write(ids, { kind: "change", fields }, whole, { told: { ids, refused } });
    if (answers) {
      learned(answers);
    }
    if (answers && theirs.length) {
      const text = gettext("Somebody else has just changed the same of %(keys)s. Theirs was kept.");
      toast(interpolate(text, { keys: theirs.map(({ key }) => key).join(", ") }), {
        kind: "refused",
        act: {
          label: gettext("Write mine again"),
          run: () => changeCards(theirs.map(({ id }) => id), changes),
        },
      });
    }
    return Boolean(answers);
  };

  return { changeCard, changeCards, sendOfThese };
};
