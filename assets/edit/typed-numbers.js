// @ts-check
// Reads numbers as people type them, with the signs of the page's language.
import { language } from "../board/page/page.js";

const CURRENCY = String.raw`(?:\p{Lu}{0,2}\p{Sc})?`; // with the letters of "R$" or "US$"
const TYPED = new RegExp(`^${CURRENCY}([+−-]?)${CURRENCY}([\\d.,]+)${CURRENCY}$`, "u");
const PLAIN = /^(?:\d+\.?\d*|\.\d+)$/;

/** @param {string} tag */
const groupSign = (tag) =>
  new Intl.NumberFormat(tag).formatToParts(1_234_567).find(({ type }) => type === "group")?.value;

/**
 * Whether digits are grouped: by threes, or as in India, where only the last group has three.
 * @param {string} digits
 * @param {string} sign
 */
const isGrouped = (digits, sign) =>
  new RegExp(String.raw`^[1-9]\d{0,2}(?:[${sign}]\d{2,3})*[${sign}]\d{3}$`).test(digits);

/**
 * The digits with a decimal point and without groups; null if the signs fit no number.
 * @param {string} digits
 * @param {string | undefined} group the sign of the language
 */
function plain(digits, group) {
  const decimal = digits.includes(",") && digits.lastIndexOf(",") > digits.lastIndexOf(".");
  const [last, other] = decimal ? [",", "."] : [".", ","];
  const [whole, ...rest] = digits.split(last);
  if (digits.includes(other)) {
    const isNumber = rest.length === 1 && isGrouped(whole, other);
    return isNumber ? `${whole.replaceAll(other, "")}.${rest[0]}` : null;
  }
  if (rest.length > 1 || (last === group && isGrouped(digits, last))) {
    return isGrouped(digits, last) ? digits.replaceAll(last, "") : null;
  }
  return digits.replace(last, ".");
}

/**
 * The number that someone has typed; null if it is none.
 *
 * With both signs, the last one is the decimal sign. One sign alone groups digits if it is there more than
 * once, or if it is the group sign of the language and the digits fit: "1,000" is a thousand in English, and
 * one in Spanish.
 * @param {string} typed
 */
export function readNumber(typed) {
  const [, sign, digits] = TYPED.exec(typed.replace(/\s/gu, "")) ?? [];
  const read = digits ? plain(digits, groupSign(language())) : null;
  if (read === null || !PLAIN.test(read)) {
    return null;
  }
  const size = Number(read);
  return Number.isFinite(size) ? (sign && sign !== "+" ? -size : size) : null;
}
