/**
 * Text that somebody else wrote, as it may be shown: controls and directional overrides would let it lie, letters that show nothing would hide it, and
 * marks piled up would cover what stands around it. It is text still, never markup.
 */
export function shownText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim()
}
