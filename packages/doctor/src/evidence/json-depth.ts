/** Documents of OAuth are a few levels deep; what is much deeper is written to exhaust the stack of whoever walks through it. */
const deepest = 100

/** Whether a text of JSON is nested deeper than anything that means well. */
export function isTooDeep(text: string): boolean {
  let depth = 0
  let isInString = false
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at]
    if (mark === '"') isInString = !isInString
    else if (isInString) at += mark === '\\' ? 1 : 0
    else if (mark === '[' || mark === '{') depth += 1
    else if (mark === ']' || mark === '}') depth -= 1
    if (depth > deepest) return true
  }
  return false
}
