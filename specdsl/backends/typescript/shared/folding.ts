function readFoldedText(row: FactRow, got: unknown): string {
  return foldCase(readText(row, got));
}

/** The text as Python's `str.casefold` has it, composed (NFC). */
function foldCase(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  FOLDED ??= foldedCharacters();
  const folded = FOLDED;
  const found = Array.from(text.normalize("NFD"), (char) => folded.get(char) ?? char);
  return found.join("").normalize("NFC");
}

let FOLDED: ReadonlyMap<string, string> | undefined;

function foldedCharacters(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const run of FOLDED_RUNS.split(" ")) {
    const [first = 0, many = 0, step = 0, ahead = 0] = run.split(",").map(Number);
    for (let i = 0; i < many; i += 1) {
      const char = first + i * step;
      found.set(String.fromCodePoint(char), String.fromCodePoint(char + ahead));
    }
  }
  for (const one of FOLDED_TO_SEVERAL.split(" ")) {
    const [char = 0, ...several] = one.split(",").map(Number);
    found.set(String.fromCodePoint(char), String.fromCodePoint(...several));
  }
  return found;
}
