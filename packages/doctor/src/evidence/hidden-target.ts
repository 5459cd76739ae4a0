import { mayCarryPost } from './redirects.ts'
import { inLetters, spelled } from './spelled.ts'

/**
 * The URL that the person typed may hold a secret in its query, its path or its fragment. Inside the doctor stands a mark in its place: what
 * never arrives in the evidence cannot be printed. Only what goes out on the wire has the secret again.
 */
export interface HiddenTarget {
  /** The URL as everybody but the wire sees it. */
  readonly shown: string
  /** A URL with the secrets in the place of their marks, where it is of the origin that was typed: for requests. */
  reveal(text: string): string
  /** Text with the marks in the place of the secrets, however they are spelled: for answers, which may repeat them. */
  hide(text: string): string
}

export function hideTarget(typed: string): HiddenTarget {
  const secrets = secretsIn(typed)
  const hostname = hostnameOf(typed)
  // All at once, the longest first: what one has put in the place of a secret is nothing for the next to look into.
  const longestFirst = [...secrets].sort((a, b) => b.value.length - a.value.length)
  const anySecret = new RegExp(longestFirst.map(({ pattern }) => `(${pattern})`).join('|') || '(?!)', 'g')

  function hide(text: string): string {
    return text.replace(anySecret, (found, ...rest: readonly unknown[]) => {
      const secret = longestFirst.find((_, at) => rest[at] !== undefined)
      const at = Number(rest[longestFirst.length]) // behind the groups stands the place
      return secret === undefined || (secret.isSegment && isInPathOfAnother(text, at, hostname)) ? found : secret.mark
    })
  }

  return {
    shown: hide(typed),
    hide,
    reveal(text) {
      if (!isForTyped(text, typed)) return text
      return text.replace(marks, (mark) => secrets.find((secret) => secret.mark === mark)?.value ?? mark)
    },
  }
}

/** Whether secrets were left out of a URL: who asks it again asks for something else. */
export function hasMark(url: string): boolean {
  return url.search(marks) >= 0
}

const marks = /~hidden\d+~/g

/** The secret is for whom it was typed, and for its https if that was http. Others may write a mark into what they have the doctor ask. */
function isForTyped(text: string, typed: string): boolean {
  return URL.canParse(text) && URL.canParse(typed) && mayCarryPost(typed, text)
}

/**
 * Whether a place is in the path of a URL of another host. What a server names there is an identifier, as of a tenant: clients go to that
 * URL, and so must the doctor.
 */
function isInPathOfAnother(text: string, at: number, hostname: string): boolean {
  const before = text.slice(Math.max(0, at - longestUrl), at)
  const [, authority] = /https?:(?:\\?\/){2}([^\s"'<>?#\\/]+)(?:\\?\/[^\s"'<>?#\\/]*)*\\?\/$/i.exec(before) ?? []
  return authority !== undefined && hostnameOf(`https://${authority}/`) !== hostname
}

const longestUrl = 2048

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}

/** Whether a parameter of this name keeps something that opens doors. */
function isSecretName(name: string): boolean {
  return /token|secret|key|pass|pwd|^pw$|^pin$|otp|auth|sig|cred|session|^sid$|jwt|assertion|^code$/i.test(name)
}

/** A shorter value stands in too many other places by chance. */
const shortestUnmistakable = 6

/** What is not called a secret, but is as long as one. */
const longestHarmless = 15

interface Secret {
  readonly value: string
  readonly mark: string
  /** How it may stand in a text, as the source of a regular expression without groups of its own. */
  readonly pattern: string
  readonly isSegment: boolean
}

function secretsIn(typed: string): readonly Secret[] {
  const [, user = '', path = '', query = '', fragment = ''] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/(?:([^/?#]*)@)?[^/?#]*)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(typed) ?? []
  const found = [
    ...(user === '' ? [] : [{ before: '//', value: user, after: '@' }]),
    ...path
      .split('/')
      .filter(looksRandom)
      .map((value) => ({ before: '/', value, after: '', isSegment: true })),
    ...parametersIn(query),
    ...parametersIn(fragment),
  ]
  const different = found.filter(({ value }, at) => found.findIndex((other) => other.value === value) === at)
  return different.map(({ before, value, after, isSegment = false }, at) => ({
    value,
    isSegment,
    mark: `~hidden${at + 1}~`,
    pattern:
      value.length < shortestUnmistakable
        ? `(?<=${spelled(before)})${spelled(value)}(?=${after === '' ? '\\W|$' : spelled(after)})`
        : `${inLetters(value)}|${beginningOf(decoded(value))}`,
  }))
}

/** A pattern of every character grows too large for long texts: what follows on so much of a secret is taken for the rest of it. */
function beginningOf(secret: string): string {
  const beginning = [...secret].slice(0, longestBeginning).join('')
  if (beginning === secret) return spelled(secret)
  return String.raw`${spelled(beginning)}(?:\\{1,8}[^"\s]|[^\s"<>&#\\])*`
}

const longestBeginning = 64

interface Found {
  readonly before: string
  readonly value: string
  readonly after: string
  readonly isSegment?: boolean
}

/** A part without a name is its own value. */
function parametersIn(part: string): readonly Found[] {
  return part
    .split('&')
    .map((pair) => [pair.slice(0, pair.indexOf('=') + 1), pair.slice(pair.indexOf('=') + 1)] as const)
    .filter(
      ([name, value]) => value !== '' && (isSecretName(decoded(name.slice(0, -1))) || value.length > longestHarmless),
    )
    .map(([before, value]) => ({ before, value, after: '' }))
}

/**
 * Whether a segment of a path was drawn by lot, as the keys are that some servers have in their URLs: long, and letters and digits mixed in
 * one of its words. `model-context-protocol-2025` is not; a UUID is.
 */
function looksRandom(segment: string): boolean {
  const text = decoded(segment)
  return text.length > longestHarmless && text.split(/[^A-Za-z0-9]+/).some((word) => word.length >= 8 && isMixed(word))
}

/** Not `notes2025`, nor `2025` or `2nd`. */
function isMixed(word: string): boolean {
  return !/^(?:[A-Za-z]+\d{0,4}|\d+[A-Za-z]{0,2})$/.test(word)
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
