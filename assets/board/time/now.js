// @ts-check
// The present, by the server's clock: a viewer's clock may be wrong.
import { shown } from "../page/island.js";
import { refreshed } from "../page/signals.js";
import { parameters } from "../view/navigation.js";
import { dayOf } from "./local-time.js";

let ahead = 0; // milliseconds that this browser's clock is behind the server's

// A board that shows the past says nothing about the present.
refreshed.on(() => {
  if (!parameters().has("as_of")) {
    ahead = Date.parse(shown().asOf) - Date.now();
  }
});

/** The day that it is now in the board's zone. */
export const today = () => dayOf(Date.now() + ahead, shown().zone);
