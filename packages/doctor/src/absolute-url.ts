/** Characters. Servers take 8 to 16 KiB. */
export const longestUrl = 16_384

/** Whether a text is an absolute URL as people type one. Other spellings are URLs to some parsers, and hide a password from those who look for one. */
export function isAbsoluteUrl(text: string): boolean {
  return (
    text.length <= longestUrl &&
    URL.canParse(text) &&
    /^[a-z][a-z0-9+.-]*:\/\/[^\s\\/\p{Cc}][^\s\\\p{Cc}]*$/iu.test(text)
  )
}
