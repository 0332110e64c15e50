package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Join makes one text of an answer sent as two bubbles: 山田 + 太郎です = 山田太郎です,
// Taro + Yamada = Taro Yamada. A space stands only where neither side is Japanese.
func Join(a, b string) string {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if a == "" || b == "" {
		return a + b
	}
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if japanese(last) || japanese(first) {
		return a + b
	}
	return a + " " + b
}

// japanese: kana, kanji, their punctuation and full-width forms; emoji too, as they need no space.
func japanese(r rune) bool {
	return r >= 0x3000 && r <= 0x30FF || r >= 0xFF00 && r <= 0xFFEF || unicode.Is(unicode.Han, r) ||
		selector(r) || pictograph(r)
}
