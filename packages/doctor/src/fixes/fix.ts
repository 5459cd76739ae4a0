/** What to change, for the stack that was detected: short enough to be pasted. */
export interface Fix {
  /** A sentence: what to do. */
  readonly title: string
  /** A sentence or two: why that mends it. */
  readonly why: string
  /** 3 to 15 lines; what was not seen stands in them as YOUR-…. Absent where nothing can be pasted. */
  readonly code?: { readonly language: string; readonly file: string; readonly text: string }
  /** Else: what to do, or where to click. */
  readonly steps?: readonly string[]
  /** The command that checks again. */
  readonly check: string
}
