/** Rejects with `late()` where an answer takes longer than so many seconds; what it comes to afterwards is nobody's. */
export function within<Answer>(seconds: number, answer: Promise<Answer>, late: () => Error): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout>
  const giveUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), seconds * 1000)
  })
  return Promise.race([answer, giveUp]).finally(() => clearTimeout(timer))
}
