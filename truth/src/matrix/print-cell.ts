import { type Cell, deedInBrief, wordInBrief } from './cell.ts'
import { explanationOf } from './explanations.ts'

/** A cell with both sides. */
export function printCell(cell: Cell): void {
  const { client, site, doctor, did, differs } = cell
  if (differs.length === 0) {
    console.log(`agree     ${client}, ${site}: ${deedInBrief(did)}\n          the doctor: ${wordInBrief(doctor)}`)
    return
  }
  console.log(`DISAGREE  ${client}, ${site}, on ${differs.join(' and ')}: ${deedInBrief(did)}`)
  console.log(`          the doctor: ${wordInBrief(doctor)}`)
  console.log(`          ${explanationOf(cell) ?? 'unexplained'}`)
}
