// @ts-check
// The header of a member's pages.
import "../board/popups.js";
import "./appearance.js";
import "./carry.js";
import "./tabs.js";
