import { randomBytes } from 'node:crypto'
import { prisma } from './prisma.ts'

export async function listNotes(userId: string) {
  return prisma().note.findMany({ where: { userId }, orderBy: { madeAt: 'desc' }, take: 100 })
}

export async function addNote(userId: string, text: string) {
  return prisma().note.create({ data: { id: randomBytes(4).toString('hex'), text: text.slice(0, 1000), userId } })
}

/** Whether they had one of that id. */
export async function deleteNote(userId: string, id: string): Promise<boolean> {
  const { count } = await prisma().note.deleteMany({ where: { id, userId } })
  return count > 0
}
