// What the server sends to the editor: dashapp/web/pages/editing.

/** A panel of the dashboard. */
export interface StartPanel {
  slug: string;
  /** The title that it has by itself. */
  name: string;
  title: string | null;
  /** The size that it has by itself, or the chosen one. */
  size: string;
  isElastic: boolean;
  /** Lists of one group that are next to each other share a place. */
  group: string | null;
  definition: Definition | null;
}

/** A panel's definition, as in a board file. */
export interface Definition {
  metric: string | Record<string, unknown>;
  board?: string;
  show?: string;
  by?: string;
  title?: string;
  where?: Record<string, unknown>;
}

/** A panel of the gallery. */
export interface Entry {
  slug: string;
  title: string;
  show: string;
  size: string;
  group: string;
  /** Why its metric cannot be drawn like that; null if it can. */
  drawings: Record<string, string | null>;
  base: Definition | null;
  by: string | null;
  definition: Definition | null;
}

export interface Start {
  version: number;
  /** As in the board's island: a page with another one shows an older layout. */
  layoutVersion: number;
  panels: StartPanel[];
  gallery: Entry[];
  groups: Record<string, string>;
  madeHere: string;
  drawings: Record<string, string>;
  measures: Record<string, string>;
  sizes: Record<string, string>;
  /** Why drawings do not fit a new metric, as far as that depends on nothing else. */
  newMetric: { reasons: Record<string, string | null> };
  currency: string | null;
  maxTitle: number;
  words: Record<string, string>;
}

export interface Preview {
  title: string;
  state: "ready" | "empty" | "error" | "slow";
  size: string;
  is_elastic: boolean;
  group: string | null;
  css_class: string;
  tree: unknown[] | null;
  figure: any;
  left_out: number;
  drawings: Record<string, string | null>;
}

/** A panel to add: one of the gallery by its slug, or a definition. */
export interface NewPanel {
  slug?: string;
  definition?: Definition;
}

export interface SentProperty {
  name: string;
  kinds: ("text" | "number" | "boolean")[];
  examples?: string[];
}

export interface SentType {
  type: string;
  events: number;
  properties: SentProperty[];
}
