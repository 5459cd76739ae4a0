const longestDocument = 1_048_576

/** The text of an answer: never more of it than may be, whatever length was announced or kind of answer it is. `url` is for the error. */
export async function readText({ body }: Response, url: string, longest: number = longestDocument): Promise<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const part = await reader?.read()
    if (part?.value === undefined) return text
    text += part.value
    if (text.length > longest) {
      await reader?.cancel()
      throw new Error(`${url} is longer than ${longest} characters`)
    }
  }
}
