import { styleText } from 'node:util'

/** How text is set off, where the reader's terminal can show it. */
export interface Style {
  good(text: string): string
  bad(text: string): string
  unsure(text: string): string
  strong(text: string): string
  faint(text: string): string
}

export function createStyle({ isColored }: { isColored: boolean }): Style {
  const as = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    isColored ? styleText(format, text, { validateStream: false }) : text
  return { good: as('green'), bad: as('red'), unsure: as('yellow'), strong: as('bold'), faint: as('dim') }
}
