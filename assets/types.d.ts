// Types that scripts share: what Python sends, and what Dash and Plotly put on `window`.

// -- The island: dashapp/board/island.py has the same fields, and a test compares them ---------------

/** What the page itself contains: `#island`. */
export interface PageIsland {
  words: Record<string, string>;
  limits: Limits;
  /** Scripts that are loaded when they are needed. There is no editor for people who may not edit. */
  files?: Partial<Record<Script, Files | null>>;
  /** Origins that may embed this page; only in the shell of an embedded board. */
  origins?: string[];
}

/** A script that is a file of its own. */
export type Script = "editor" | "palette" | "picture" | "present" | "table" | "zones";

/** The addresses of a script and of its styles. */
export interface Files {
  script: string;
  styles: string[];
}

export interface Limits {
  /** Filters that a viewer can choose at once. */
  maxFilters: number;
  /** Characters of an embed token. */
  maxToken: number;
  /** Milliseconds between automatic refreshes by the word that the URL has; 0 is never. */
  refreshMs: Record<string, number>;
  defaultRefresh: string;
}

/** Facts that do not change while a board is open: `#opening`. */
export interface Opening {
  presets: string[];
  presetTitles: string[];
  defaultPreset: string;
  orgZone: string;
  /** Whether viewers can choose other ranges than the presets. */
  hasFreeRanges: boolean;
  /** The longest range that viewers can choose; null if any is allowed. */
  longest: Length | null;
  layoutVersion: number;
  /** What is behind the numbers of panels, by slug. */
  offers: Record<string, PanelOffer>;
}

/** dashapp/widgets/drill/offers.py */
export interface PanelOffer {
  metrics: string[];
  /** The metrics whose numbers are numbers of events. */
  counts: string[];
  by: FieldOffer | null;
  hasFilter: boolean;
  hasEvents: boolean;
  breakdowns: FieldOffer[];
  columns: FieldOffer[];
  format: NumberFormat;
}

export interface FieldOffer {
  name: string;
  title: string;
  format: NumberFormat | null;
  /** The names of some values. */
  names: Record<string, string>;
}

/** The length of a preset; one of the fields is set. */
export interface Length {
  hours: number;
  days: number;
  months: number;
}

/** What each refresh brings: `#shown`. Instants are ISO 8601 in UTC. */
export interface Shown {
  /** The view as one text: see `viewName`. */
  view: string;
  revision: string;
  asOf: string;
  start: string;
  end: string;
  zone: string;
  earlier: Step | null;
  later: Step | null;
  /** What numbers are compared with; empty if they are not. */
  comparison: string;
  /** The number card that chose what the large chart shows; empty for what the chart shows by itself. */
  metric: string;
  layoutVersion: number;
}

/** A range as URL parameters; null removes one. */
export interface Step {
  time_range: string | null;
  as_of: string | null;
  from: string | null;
  to: string | null;
}

// -- Figures: dashapp/widgets/drawings/charts/figure.py -------------------------------------------------------

/** `layout.meta` of a chart: the data of its card and its table. */
export interface Meta {
  /** Names of the buckets. */
  labels: string[];
  /** Instants at which the buckets start, and the end of the last one. */
  edges: string[];
  zone: string;
  series: Series[];
  /** Lines on events of interest, by bucket; Plotly drops the object if it is empty. */
  marks?: Record<string, string[]>;
  /** Names of the buckets that these are compared with. */
  before: string[] | null;
  /** The ranks of the labels below the time axis: dashapp/domain/time/ticks.py. */
  ranks?: number[];
  /** The bar gap that the server set, kept by bars.js. */
  gap?: number;
  /** How numbers are written; plain whole numbers have none. */
  format?: NumberFormat;
  /** Whether the values of a bucket add up: the card then has their total. */
  total?: boolean;
  /** Whether the values of all buckets add up. */
  sums?: boolean;
  /** Whether names can be at the ends of the lines. */
  ends?: boolean;
  target?: { name: string; value: number };
}

/** dashapp/domain/units.py */
export interface NumberFormat {
  kind: "plain" | "currency" | "share" | "percent" | "bytes" | "duration" | "unit";
  currency: string | null;
  /** Decimals of the currency. */
  minor: number;
  /** Fixed decimals. */
  decimals: number | null;
  suffix: string;
  /** Of durations. */
  unit?: "ms" | "s" | "min";
}

/** Null where there is nothing to measure. */
export type Value = number | null;

export interface Series {
  name: string;
  color: string;
  values: Value[];
  before: Value[] | null;
  /** The filter for the series. */
  filter: string | null;
  /** Its name in the rows; null for the remaining values. */
  value: string | null;
}

export interface Layout {
  meta?: Meta;
  margin?: { l: number; r: number; t: number; b: number };
  bargap?: number;
  xaxis?: Record<string, unknown>;
  yaxis?: Record<string, unknown>;
}

export interface TraceStyle {
  color?: unknown;
  size?: unknown;
  line?: TraceStyle;
}

export interface Trace {
  type?: string;
  uid?: string;
  visible?: boolean;
  line?: TraceStyle;
  marker?: TraceStyle;
}

export interface Figure {
  data: Trace[];
  layout: Layout;
}

/** An element in which Plotly has drawn a chart. */
export interface Plot extends HTMLElement {
  data: Trace[];
  layout: Layout;
  /** Plotly's own, and only used in plot.js. */
  _fullLayout?: {
    _size: { l: number; t: number; w: number; h: number };
    yaxis: { range: [number, number] };
  };
  on(event: "plotly_afterplot", listener: () => void): void;
}

type Draw = (plot: string | Plot, figure: Figure, ...rest: unknown[]) => Promise<unknown>;

interface Plotly {
  newPlot: Draw;
  react: Draw;
  relayout(plot: Plot, change: Record<string, unknown>): Promise<unknown>;
  restyle(plot: Plot, change: Record<string, unknown>, traces: number[]): Promise<unknown>;
  toImage(
    figure: unknown,
    options: { format: "png"; width: number; height: number; scale: number },
  ): Promise<string>;
  Plots: { resize(plot: Plot): void };
}

// -- Embedding -------------------------------------------------------------------------------------------

export interface Theme {
  mode: "light" | "dark" | "auto";
  variables: Record<"all" | "light" | "dark", Record<string, string>>;
  series: SeriesColors;
}

/** The colors that figures are drawn with, and how many of them the theme replaces. */
export interface SeriesColors {
  drawn: string[];
  own: number;
}

/** The server's response to a token. */
export interface PageToken {
  token: string;
  seconds: number;
  can_renew: boolean;
  language: string;
  title: string;
  words: Record<string, string>;
  theme: Theme;
}

/** What an early script of the page passes to the board's script. */
export interface Handover {
  /** The response to the request for the layout. */
  readonly layout: Promise<Response>;
  /** Only on an embedded page. */
  readonly embed?: Embed;
}

/** Functions that an embedded page provides for its board: assets/embed/main.js. */
export interface Embed {
  /** The Authorization header of the next request. */
  header(): Promise<string>;
  /** Call this if a request with `header` got a 401; resolves when there is another token. */
  renewAfter(header: string): Promise<unknown>;
  /** Called when the board has been drawn. */
  connect(board: EmbeddedBoard): void;
  end(): void;
  reload(): void;
  tellRange(range: string): void;
  tellError(message: string): void;
  /** The color that the theme gives to a color of a figure. */
  shownColor(panel: HTMLElement, color: string): string;
}

/** Functions that a board provides for its embedded page: assets/board/page/embedding.js. */
export interface EmbeddedBoard {
  /** Shows a preset; returns false if the board does not have it. */
  choosePreset(preset: string): boolean;
  refresh(): void;
  /** Its heights on narrow and wide paper; null while it is printed. */
  heightsOnPaper(): number[] | null;
  onRefreshed(listener: () => void): void;
}

// -- Dash ----------------------------------------------------------------------------------------------

/** The id of a component; patterns have one per panel. */
export type ComponentId = string | { type: "panel" | "body" | "figure"; slug: string };

/** A component as Dash describes it. */
export interface Component {
  namespace: string;
  type: string;
  props: Record<string, unknown>;
}

/** A text, or an element as [tag, attributes, children]: dashapp/widgets/drawings/element.py. */
export type MarkupNode = string | [string, Record<string, unknown>?, MarkupNode[]?];

interface ReactNamespace {
  createElement(type: unknown, props: unknown, ...children: unknown[]): unknown;
  lazy(load: () => Promise<{ default: unknown }>): unknown;
  Fragment: unknown;
  Suspense: unknown;
}

interface DashClientside {
  set_props(id: ComponentId, props: Record<string, unknown>): void;
  no_update: unknown;
  [namespace: string]: unknown;
}

declare global {
  interface Window {
    React: ReactNamespace;
    Plotly: Plotly;
    dash_clientside: DashClientside;
    dash_table: Record<string, unknown>;
    dashapp_ui: Record<string, unknown>;
    dashappHandover?: Handover;
  }
}
