package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks one character may carry; no script in use needs
// more, and stacks of hundreds cover the neighbouring lines.
const maxMarks = 8

// Clean is what may be stored of a patient's text: valid UTF-8 without control, bidi,
// zero-width, private-use and unassigned characters; LF for every kind of line end, at
// most one blank line, one space for a run of spaces (the first of the run: U+3000 stays
// U+3000, all others become U+0020), no space at either end of a line.
// Emoji stay, with the joiners, selectors and tags inside them; so do the selectors of
// kanji variants (葛󠄀), which people's names need. Clean is idempotent.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	var (
		b     strings.Builder
		prev  rune // the last rune kept, 0 where no mark can attach
		lines int  // line ends not yet written
		space rune // a space not yet written
		marks int
	)
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case lineEnd(r):
			if r != '\r' || !strings.HasPrefix(s[i:], "\n") {
				lines++
			}
			prev = 0
			continue
		case blank(r):
			if space == 0 {
				space = ' '
				if r == '\u3000' {
					space = r
				}
			}
			prev = 0
			continue
		case !keep(prev, r, s[i:]):
			continue
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				continue
			}
		default:
			marks = 0
		}
		if b.Len() > 0 {
			switch {
			case lines > 1:
				b.WriteString("\n\n")
			case lines == 1:
				b.WriteByte('\n')
			case space != 0:
				b.WriteRune(space)
			}
		}
		lines, space = 0, 0
		b.WriteRune(r)
		prev = r
	}
	return b.String()
}

// isClean says cheaply that there is nothing to do; false means only "look closer".
func isClean(s string) bool {
	was := ' '
	for _, r := range s {
		if !plain(r) {
			return false
		}
		if r == ' ' || r == '\u3000' {
			if was == ' ' {
				return false
			}
			r = ' '
		}
		was = r
	}
	return was != ' ' || s == ""
}

// keep decides on r after the kept rune prev and before rest.
func keep(prev, r rune, rest string) bool {
	switch {
	case plain(r):
		return true
	case r == utf8.RuneError, r == '\u034F': // a broken byte, the combining joiner
		return false
	case r == '\u200D': // the joiner inside 👨‍👩‍👧
		next, _ := utf8.DecodeRuneInString(rest)
		return (pictograph(prev) || prev == '\uFE0F') && pictograph(next)
	case r >= 0xE0020 && r <= 0xE007F: // the tags of 🏴󠁧󠁢󠁥󠁮󠁧󠁿
		return prev == 0x1F3F4 || prev >= 0xE0020 && prev <= 0xE007E
	case selector(r):
		return prev != 0 && !selector(prev) && prev != '\u200D'
	case unicode.Is(unicode.M, r):
		return prev != 0
	case r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0: // Hangul fillers: letters that show nothing
		return false
	case pictograph(r), r >= 0x20000 && r <= 0x3FFFF && r&0xFFFE != 0xFFFE:
		return true // emoji and rare kanji newer than the tables of the compiler
	}
	return unicode.IsGraphic(r)
}

func lineEnd(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// blank: any space, the tab, and the empty braille cell.
func blank(r rune) bool {
	return r == ' ' || r == '\t' || r == '\u2800' || r > 0x7F && unicode.Is(unicode.Zs, r)
}

func selector(r rune) bool {
	return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF
}

// pictograph: the blocks that hold emoji, assigned or not, without the enclosed numbers
// and the mathematical signs in between.
func pictograph(r rune) bool {
	switch {
	case r < 0x2190:
		return r == 0x203C || r == 0x2049
	case r <= 0x2BFF:
		return r <= 0x21FF || r >= 0x2300 && r <= 0x23FF || r >= 0x25A0
	}
	return r >= 0x1F000 && r <= 0x1FAFF || r == 0x3030 || r == 0x303D
}
