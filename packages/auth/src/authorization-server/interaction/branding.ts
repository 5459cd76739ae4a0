import { originOf } from '../../protocol/resource.ts'
import { contrastOf, formatHex, mix, parseHex, type Rgb } from './contrast.ts'
import { type Html, html } from './html.ts'

/** How the default pages look like the host's own. */
export interface Branding {
  /** Stands beside the mark of each page. Default: what pages call the MCP server. */
  name?: string
  /**
   * An image in place of the mark: a path or URL of the issuer's own origin, or inline (`data:image/png;base64,…`; PNG, JPEG, GIF, WebP, SVG; 100,000
   * characters). Nothing is loaded from elsewhere. Default: the mark.
   */
  logo?: string
  /** Colour of buttons and links, as `#rrggbb`; made darker or lighter where it could not be read, in each colour scheme by itself. Default: blue. */
  color?: string
  /** Where people find help: an https URL, or `mailto:` and an address. It stands below each page. Default: none. */
  support?: string
}

/** Branding that was judged, ready for `page`; `createBrand` makes it. */
export interface Brand {
  readonly name: string | undefined
  readonly logo: { readonly src: string; readonly source: 'data:' | `'self'` } | undefined
  readonly style: Html
  readonly support: string | undefined
}

/** Branding for pages at `issuer`. Throws `TypeError` for a value that cannot stand. */
export function createBrand(branding: Branding, issuer: string): Brand {
  const { name, logo, color, support } = branding
  const rgb = color === undefined ? undefined : parseHex(color)
  if (color !== undefined && rgb === undefined)
    throw new TypeError(`"color" of the branding must be like "#1d4fb8", but is "${color}"`)
  if (support !== undefined && !isSupport(support))
    throw new TypeError(
      `"support" of the branding must be an https URL, or mailto: and an address, but is "${support}"`,
    )
  return Object.freeze({
    name,
    logo: logo === undefined ? undefined : { src: logo, source: sourceOf(logo, issuer) },
    style: html`${logoStyle}${rgb === undefined ? undefined : colorStyle(rgb)}`,
    support,
  })
}

const longestLogo = 100_000

function sourceOf(logo: string, issuer: string): 'data:' | `'self'` {
  if (logo.length <= longestLogo && /^data:image\/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/.test(logo))
    return 'data:'
  const origin = originOf(issuer)
  const isOwn = /^[\x21-\x5B\x5D-\x7E]+$/.test(logo) && URL.canParse(logo, origin)
  if (isOwn && !logo.startsWith('data:') && new URL(logo, origin).origin === new URL(origin).origin) return `'self'`
  throw new TypeError(
    `"logo" of the branding must be a path or URL of ${origin}, or a data: URL of a PNG, JPEG, GIF, WebP or SVG with ${longestLogo} characters at most`,
  )
}

function isSupport(support: string): boolean {
  if (/^mailto:[^\s@?]+@[^\s@?]+$/.test(support)) return true
  return /^https:\/\/[\x21-\x7E]+$/.test(support) && URL.canParse(support)
}

const logoStyle = html`.mark img{height:28px;max-width:12rem;flex:none}`

/** What stands behind links and buttons in each scheme, as the style sheet has it: the card, the tint, the ground below, and the field. */
const grounds = {
  light: ['#ffffff', '#f5f7fa', '#f2f4f7'],
  dark: ['#171e27', '#1d2530', '#0e1319', '#0f151c'],
} as const
const legible = 4.5 // WCAG 2.2 §1.4.3
const black: Rgb = [0, 0, 0]
const white: Rgb = [255, 255, 255]

function colorStyle(color: Rgb): Html {
  const light = standOut(color, grounds.light, black)
  const dark = standOut(color, grounds.dark, white)
  return html`:root{${variables(light, white, mix(light, black, 0.2))}}@media(prefers-color-scheme:dark){:root{${variables(dark, [11, 22, 38], mix(dark, white, 0.25))}}}`
}

function variables(accent: Rgb, on: Rgb, hover: Rgb): string {
  return `--accent:${formatHex(accent)};--on:${formatHex(on)};--hover:${formatHex(hover)}`
}

/** The colour, or as little of `towards` in it as makes it stand out from every ground. */
function standOut(color: Rgb, from: readonly string[], towards: Rgb): Rgb {
  const all = from.map((ground) => parseHex(ground) ?? black)
  for (let step = 0; step <= 100; step += 1) {
    const mixed = mix(color, towards, step / 100)
    if (all.every((ground) => contrastOf(mixed, ground) >= legible)) return mixed
  }
  return towards
}
