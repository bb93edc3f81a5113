// @ts-check
// The header of a member's pages.
import "../board/page/palette.js";
import "../board/page/popups.js";
import "./appearance.js";
import "./carry.js";
import "./orgs.js";
import "./tabs.js";
