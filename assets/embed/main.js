// @ts-check
// The entry point of an embedded page: its session, its theme, and its messages to and from the parent
// page. It runs before the board's script and passes a handover to it.
/** @import { Embed, EmbeddedBoard, PageToken, Theme } from "../types" */
import { setWords } from "../board/page/island.js";
import { connectBoard, embeddedBoard, runWaiting, withBoard } from "./board-link.js";
import { hideEnd, showEnd } from "./ending.js";
import { applyTheme, setPreference } from "./look.js";
import { onMessages, tellParent } from "./parent.js";
import { shownColor } from "./series.js";
import { fetchLayout } from "./server.js";
import {
  beginSession,
  endSession,
  hasEnded,
  header,
  postWithToken,
  renewAfter,
  setParentSending,
  takeToken,
} from "./session.js";
import { tellSize } from "./size.js";
import { setVisiblePart } from "./visible-part.js";

/** @param {string} message */
const tellError = (message) => tellParent("error", { message });

// -- Messages from the parent page --------------------------------------------------------------------------

/** @param {unknown} theme */
async function changeTheme(theme) {
  if (hasEnded()) {
    return;
  }
  try {
    const response = await postWithToken("/theme", theme);
    const answer = await response.json();
    if (response.ok) {
      applyTheme(/** @type {Theme} */ (answer));
    } else {
      tellError(answer.error.message);
    }
  } catch {} // the board keeps its look
}

/**
 * @param {EmbeddedBoard} board
 * @param {string} preset
 */
function changeRange(board, preset) {
  if (!board.choosePreset(preset)) {
    tellError(`The range ${preset} is not available.`);
  }
}

onMessages({
  token(token) {
    setParentSending(true);
    takeToken(token);
  },
  visible(part) {
    setParentSending(true);
    setPreference(part.isDark);
    setVisiblePart(part);
  },
  theme(theme) {
    withBoard("theme", () => changeTheme(theme));
  },
  range(preset) {
    withBoard("range", (board) => changeRange(board, preset));
  },
});

// Menus and dialogs that open are placed in the visible part of the frame.
for (const name of ["keydown", "click"]) {
  document.addEventListener(
    name,
    () => {
      if (embeddedBoard()) {
        tellParent("visible-needed");
      }
    },
    true,
  );
}

// -- The session ----------------------------------------------------------------------------------------------

tellParent("loading");
const started = beginSession({
  /** @param {PageToken} answer */
  opened({ language, title, words, theme }) {
    document.documentElement.lang = language;
    document.title = title;
    setWords(words);
    applyTheme(theme);
  },
  ended() {
    showEnd();
    tellParent("session-ended");
    tellSize();
  },
  resumed() {
    hideEnd();
    embeddedBoard()?.refresh();
  },
});
const layout = started.then(fetchLayout);
layout.catch(() => {});

// -- The handover to the board's script -----------------------------------------------------------------------

/** @type {Embed} */
const embed = {
  header,
  renewAfter,
  connect(board) {
    connectBoard(board);
    board.onRefreshed(tellSize);
    tellSize();
    tellParent("ready", { title: document.title });
    runWaiting("theme", "range");
  },
  end: endSession,
  reload() {
    setParentSending(false); // keeps the token in the history entry for the reload
    location.reload();
  },
  tellRange: (range) => tellParent("range", { range }),
  tellError,
  shownColor,
};
Object.defineProperty(window, "dashappHandover", {
  configurable: true, // taken once: board/page/handover.js
  value: Object.freeze({ layout, embed: Object.freeze(embed) }),
});
