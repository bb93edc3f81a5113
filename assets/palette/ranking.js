// @ts-check
// The order of what is found: the group with the best match comes first. Uses no DOM, so that tests can run it
// in Node.
/** @import { Command } from "./commands.js" */
import { matching, plain } from "../board/page/matching.js";

/**
 * How well a name matches: 0 if it begins with what was typed, 1 if one of its words does, 2 otherwise.
 * @param {string} label
 * @param {string} typed
 */
function rank(label, typed) {
  const text = plain(label);
  if (text.startsWith(typed)) {
    return 0;
  }
  return text.includes(` ${typed}`) ? 1 : 2;
}

/**
 * The commands with all typed words in their name, their group, or their other words; the best match first,
 * and each group together.
 * @template {Pick<Command, "label" | "group" | "more">} T
 * @param {T[]} commands
 * @param {string} query
 * @returns {T[]}
 */
export function ranked(commands, query) {
  const typed = plain(query);
  const found = matching(commands, query, ({ label, group, more }) =>
    [group, label, more].filter(Boolean).join(" "),
  );
  if (!typed) {
    return found;
  }
  /** @type {Map<string | undefined, { best: number, ranks: Map<T, number> }>} */
  const groups = new Map();
  for (const command of found) {
    const group = groups.get(command.group) ?? { best: 2, ranks: new Map() };
    const own = rank(command.label, typed);
    groups.set(command.group, {
      best: Math.min(group.best, own),
      ranks: group.ranks.set(command, own),
    });
  }
  return [...groups.values()]
    .sort((one, other) => one.best - other.best)
    .flatMap(({ ranks }) => [...ranks].sort(([, one], [, other]) => one - other))
    .map(([command]) => command);
}
