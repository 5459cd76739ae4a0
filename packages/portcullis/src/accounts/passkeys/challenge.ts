import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Change } from '@portcullis/auth/authorization-server'
import type { ProgramKinds } from '../../store/records.ts'
import type { PasskeysContext } from './context.ts'

/** What a challenge is for, and whose: what is signed over it counts for nothing else. */
export interface ChallengeUse {
  purpose: 'sign in' | 'confirm' | 'add' | 'create'
  /** The browser, the session or the link that the page with the challenge was for. */
  boundTo: string
}

/** Seconds from the page to what is signed. */
const lifetime = 10 * 60
const nonceLength = 16
const timeLength = 6
const headLength = nonceLength + timeLength
const length = headLength + 32

/** A challenge (WebAuthn §13.4.3): random, with its time, sealed for its use. Nothing of it is stored until it is used. */
export function createChallenge(use: ChallengeUse, { challengeKeys: [key], now }: PasskeysContext): string {
  const head = Buffer.concat([randomBytes(nonceLength), Buffer.alloc(timeLength)])
  head.writeUIntBE(now() + lifetime, nonceLength, timeLength)
  return Buffer.concat([head, sealOf(head, use, key)]).toString('base64url')
}

/** Until when `text` may be used, in seconds since the epoch, where it is a challenge of ours for this use. Whether it was used is seen when it is spent. */
export function timeOfChallenge(
  text: string,
  use: ChallengeUse,
  { challengeKeys, now }: PasskeysContext,
): number | undefined {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== length || bytes.toString('base64url') !== text) return undefined
  const head = bytes.subarray(0, headLength)
  const seal = bytes.subarray(headLength)
  if (!challengeKeys.some((key) => timingSafeEqual(sealOf(head, use, key), seal))) return undefined
  const expiresAt = head.readUIntBE(nonceLength, timeLength)
  return now() < expiresAt ? expiresAt : undefined
}

/** The change by which a challenge is spent; it goes into the commit of what it proved, which another with the same challenge then cannot make. */
export function changeToSpend(challenge: string, expiresAt: number): Change<ProgramKinds> {
  return { kind: 'usedChallenge', id: idOf(challenge), version: 'absent', value: {}, expiresAt }
}

/** Whether a challenge was spent already. */
export async function isSpent(challenge: string, { store }: Pick<PasskeysContext, 'store'>): Promise<boolean> {
  return (await store.get('usedChallenge', idOf(challenge))) !== undefined
}

function idOf(challenge: string): string {
  return createHash('sha256').update(challenge).digest('base64url')
}

function sealOf(head: Buffer, { purpose, boundTo }: ChallengeUse, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${purpose}\0${boundTo}\0`).update(head).digest()
}
