import type { Fix } from '../fixes/fix.ts'
import type { TextOptions } from './text.ts'
import { wrap } from './wrap.ts'

/** A fix as it is pasted: what to do, the lines, why, and how to see that it worked. */
export function fixLines({ title, why, code, steps, check }: Fix, { style, width }: TextOptions): string {
  const body =
    code === undefined
      ? (steps ?? []).map((step, at) => wrap(`${at + 1}. ${step}`, { width, indent: '    ' }))
      : [
          style.faint(`    ${code.file}`),
          ...code.text.split('\n').map((line) => `    ${style.faint('│')} ${line}`.trimEnd()),
        ]
  return [
    wrap(`${style.good('Fix:')} ${title}`, { width, indent: '  ' }),
    ...body,
    wrap(`Why: ${why}`, { width, indent: '  ' }),
    `  Check again: ${style.strong(check)}`,
  ].join('\n')
}
