import type { Fix } from '../fixes/fix.ts'
import { onOneLine } from './harmless.ts'
import type { TextOptions } from './text.ts'
import { wrap } from './wrap.ts'

/** A fix as it is pasted: what to do, why, the lines, and how to see that it worked. */
export function fixLines({ title, why, code, steps, check }: Fix, { style, width }: TextOptions): string {
  const body =
    code === undefined
      ? (steps ?? []).map((step, at) => wrap(step, { width, indent: '       ', first: `    ${at + 1}. ` }))
      : [style.faint(`    ${code.file}`), ...code.text.split('\n').map((line) => `    ${line}`.trimEnd())]
  return [
    fixTitle(title, { style, width }),
    style.faint(wrap(`Why: ${why}`, { width, indent: '  ' })),
    ...body,
    `  Check again: ${style.strong(onOneLine(check))}`,
  ].join('\n')
}

export function fixTitle(title: string, { style, width }: Pick<TextOptions, 'style' | 'width'>): string {
  return wrap(`${style.good(style.strong('Fix:'))} ${title}.`, { width, indent: '  ' })
}
