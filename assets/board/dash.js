// @ts-check
// Dash's interface: what the board's scripts tell Dash, and what they offer it.
/** @import { Component, ComponentId } from "../types" */

/**
 * Set properties of a component, as a callback would.
 * @param {ComponentId} id
 * @param {Record<string, unknown>} props
 */
export function setProps(id, props) {
  window.dash_clientside.set_props(id, props);
}

/** Returned by a callback that changes nothing. */
export const noUpdate = () => window.dash_clientside.no_update;

/**
 * Offer functions to clientside callbacks. The renderer adds its own to the same object.
 * @param {string} namespace
 * @param {Record<string, Function>} functions
 */
export function offerCallbacks(namespace, functions) {
  window.dash_clientside = { ...window.dash_clientside, [namespace]: functions };
}

/**
 * An HTML element as a component.
 * @param {string} type
 * @param {Record<string, unknown>} props
 * @returns {Component}
 */
export function html(type, props) {
  return { namespace: "dash_html_components", type, props };
}
