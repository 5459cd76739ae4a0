import * as z from 'zod'
import { roles } from '../../store/role.ts'

/** Kinds of field that several operations have, each with what it means. Each complains in words that go on from its name. */

export const user = z.string('must be a user name').min(1, 'must be a user name').describe('The user name of a person.')

export const role = z.enum(roles, `must be one of ${roles.join(', ')}`).describe('What the person may do.')

export const time = z.int().describe('Seconds since the epoch.')

export const endedGrants = z.int().describe('How many grants ended.')

/** Text of people, to tell things apart. */
export function shortText(what: string, most = 200) {
  const message = `must be ${what}, of at most ${most} characters`
  return z.string(message).trim().min(1, message).max(most, message)
}

/** What is named by an id that a list has. */
export function idOf(what: string) {
  const message = `must be the id of ${what}`
  return z.string(message).min(1, message).max(2048, message).describe(`The id of ${what}, as its list has it.`)
}

/** Seconds. */
export function seconds({ least, most }: { least: number; most: number }) {
  const message = `must be a number of seconds from ${least} to ${most}`
  return z.int(message).min(least, message).max(most, message)
}
