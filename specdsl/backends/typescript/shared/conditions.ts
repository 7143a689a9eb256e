function isKnown(value: unknown): boolean {
  return value !== null;
}

function is(
  value: string | boolean | null | undefined,
  other: string | boolean | null,
): boolean {
  return value === other && value !== null;
}

function has(members: ReadonlySet<string> | null, member: string): boolean {
  return members !== null && members.has(member);
}

function sizeOf(members: ReadonlySet<string> | null): number | null {
  return members === null ? null : members.size;
}

/** Whether one text comes before another, by code point. */
function comesBefore(text: string | null, other: string | null): boolean {
  return text !== null && other !== null && compareTexts(text, other) < 0;
}

function comesNotAfter(text: string | null, other: string | null): boolean {
  return text !== null && other !== null && compareTexts(text, other) <= 0;
}

function compareTexts(text: string, other: string): number {
  let at = 0;
  while (at < text.length && at < other.length) {
    const one = text.codePointAt(at) ?? 0;
    const two = other.codePointAt(at) ?? 0;
    if (one !== two) return one - two;
    at += one > 0xffff ? 2 : 1;
  }
  return text.length - other.length;
}

/** Whether the whole text matches: `*` is any run, `?` one code point, `\c` the character c. */
function isLike(text: string | null, pattern: string): boolean {
  if (text === null) return false;
  let pieces = PATTERNS.get(pattern);
  if (pieces === undefined) {
    pieces = splitPattern(pattern);
    PATTERNS.set(pattern, pieces);
  }
  const first = pieces[0] ?? [];
  const last = pieces[pieces.length - 1] ?? [];
  const chars = Array.from(text);
  if (pieces.length === 1) return chars.length === first.length && fitsAt(first, chars, 0);
  const end = chars.length - last.length;
  if (end < first.length || !fitsAt(first, chars, 0) || !fitsAt(last, chars, end)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    while (at + piece.length <= end && !fitsAt(piece, chars, at)) at += 1;
    at += piece.length;
    if (at > end) return false;
  }
  return true;
}

const PATTERNS = new Map<string, readonly (readonly (string | null)[])[]>();

/** The characters between the runs of a pattern; null is any character. */
function splitPattern(pattern: string): (string | null)[][] {
  let piece: (string | null)[] = [];
  const pieces = [piece];
  const chars = Array.from(pattern);
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? "";
    if (char === "*") {
      piece = [];
      pieces.push(piece);
    } else if (char === "\\") {
      at += 1;
      piece.push(chars[at] ?? "\\");
    } else {
      piece.push(char === "?" ? null : char);
    }
  }
  return pieces;
}

function fitsAt(piece: readonly (string | null)[], chars: readonly string[], at: number): boolean {
  return piece.every((char, i) => char === null || char === chars[at + i]);
}
