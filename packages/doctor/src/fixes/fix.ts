/** What to change, for the stack that was detected: short enough to be pasted. */
export interface Fix {
  /** A sentence: what to do. */
  readonly title: string
  /** A sentence or two: why that mends it. */
  readonly why: string
  /** 3 to 15 lines; absent where the change is a switch in somebody's dashboard. */
  readonly code?: { readonly language: string; readonly file: string; readonly text: string }
  /** For switches: where to click. */
  readonly steps?: readonly string[]
  /** The command that checks again. */
  readonly check: string
}
