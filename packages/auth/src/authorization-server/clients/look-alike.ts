/**
 * Names that people take for one another. It catches what is done to be mistaken (letters of other alphabets, digits for letters, spaces), not every
 * likeness: it is for a warning, and decides nothing.
 */

/** Whether somebody may read `known` in `name`: as whole words of it, in whatever letters. */
export function readsLike(name: string, known: string): boolean {
  const wanted = skeletonsOf(known).join('')
  return wanted !== '' && [name, name.replace(/\d+/g, ' ')].some((text) => hasRun(skeletonsOf(text), wanted))
}

/** Whether letters of two alphabets that look alike stand in one word, as in `Сlaude` with a Cyrillic С. */
export function mixesAlphabets(name: string): boolean {
  return wordsOf(name).some((word) => alphabets.filter((alphabet) => alphabet.test(word)).length > 1)
}

const alphabets = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
]

/** Whether some words that follow one another are `wanted`: `Chat GPT`, `ChatGPT` and `c h a t g p t` are one name. */
function hasRun(words: readonly string[], wanted: string): boolean {
  return words.some((_, from) => {
    let run = ''
    for (const word of words.slice(from)) {
      run += word
      if (run === wanted) return true
      if (run.length > wanted.length) return false
    }
    return false
  })
}

function wordsOf(name: string): string[] {
  const apart = name.normalize('NFKC').replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
  return apart.split(/[^\p{L}\p{M}\p{N}@$|!]+/u).filter((word) => word !== '')
}

/** Words with each letter as the one that it is mistaken for (Unicode UTS #39 §4, as far as Latin names go). */
function skeletonsOf(name: string): string[] {
  return wordsOf(name).map((word) => {
    const plain = word.normalize('NFKD').replace(/\p{M}/gu, '')
    const letters = [...plain].map((letter) => capitals.get(letter) ?? letter.toLowerCase())
    return letters
      .map((letter) => alike.get(letter) ?? letter)
      .join('')
      .replaceAll('rn', 'm')
      .replaceAll('vv', 'w')
  })
}

/** `looks` one for one of `letters`. */
function pairs(letters: string, looks: string): [string, string][] {
  const as = [...looks]
  return [...letters].map((letter, at) => [letter, as[at] ?? letter])
}

/** Capitals whose small letters look like something else. */
const capitals = new Map(pairs('ΗΝΥΖΜΒᎪᏟᏞᎬᏚᎠᎡᎢᎻᎷᏢ', 'hnyzmbaclesdrthmp'))

const alike = new Map([
  ...pairs('аеорсухіјѕԁԛԝһкмтвнгпиѵӏьцзё', 'aeopcyxljsdqwhkmtbhrnuvlbuee'), // Cyrillic
  ...pairs('αβεηικνορτυχωγσ', 'abenlkvoptuxwyo'), // Greek
  ...pairs('օսոհցք', 'ounhgp'), // Armenian
  ...pairs('ıɩɑɡʟᴄłøđ', 'llaglclod'), // Latin
  ...pairs('i1|!0345$7@', 'llllo' + 'eassta'), // digits and signs
])
