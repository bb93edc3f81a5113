// @ts-check
// The interface to Dash: the functions that the board's scripts call, and the callbacks they provide.
/** @import { Component, ComponentId } from "../../types" */

/**
 * Set properties of a component, as a callback would.
 * @param {ComponentId} id
 * @param {Record<string, unknown>} props
 */
export function setProps(id, props) {
  window.dash_clientside.set_props(id, props);
}

/** The value that a callback returns to change nothing. */
export const noUpdate = () => window.dash_clientside.no_update;

/**
 * Register functions for clientside callbacks. The renderer adds its own to the same object.
 * @param {string} namespace
 * @param {Record<string, Function>} functions
 */
export function registerCallbacks(namespace, functions) {
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
