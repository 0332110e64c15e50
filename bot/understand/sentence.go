package understand

import (
	"strings"
	"unicode/utf8"
)

// maxSentences bounds what is looked at one by one; in a longer text several sentences make one.
const maxSentences = 12

// sentences cuts a text at what ends a sentence for sure, and adds them to out, which is empty.
func sentences(out []string, text string) []string {
	out = cut(out, text)
	n := len(out)
	if n <= maxSentences {
		return out
	}
	each := (n + maxSentences - 1) / maxSentences
	grouped := out[:0]
	for i := 0; i < n; i += each {
		grouped = append(grouped, strings.Join(out[i:min(n, i+each)], "。"))
	}
	return grouped
}

// cut does the same, however many there are.
func cut(out []string, text string) []string {
	start := 0
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		if r >= 0x3041 && r <= 0x9FFF { // most
			continue
		}
		if rest := text[i+size:]; i > start && rest != "" && (ends(r) || pauses(r) && furthers(rest)) {
			if s := strings.TrimSpace(text[start:i]); s != "" {
				out = append(out, s)
			}
			start = i + size
		}
	}
	if len(out) == 0 {
		return append(out, text)
	}
	if s := strings.TrimSpace(text[start:]); s != "" {
		out = append(out, s)
	}
	return out
}

// furthers says that what follows is another matter: 「料金は、あと駐車場は」.
func furthers(rest string) bool {
	for _, w := range [...]string{"あと", "それと", "それから", "ついでに", "ちなみに", "また、"} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	return false
}

func pauses(r rune) bool { return r == '、' || r == ' ' || r == '　' || r == ',' }

func ends(r rune) bool {
	switch r {
	case '。', '｡', '！', '!', '？', '?', '\n', '．':
		return true
	}
	return false
}

// asks says that a sentence asks for something.
func asks(sentence string) bool {
	if strings.ContainsAny(sentence, "?？") {
		return true
	}
	sentence = strings.TrimRightFunc(sentence, func(r rune) bool { return splits(r) || r == '笑' || r == '～' || r == '〜' })
	for _, end := range asking {
		if strings.HasSuffix(sentence, end) {
			return true
		}
	}
	for _, w := range wanting {
		if strings.Contains(sentence, w) {
			return true
		}
	}
	return false
}

// wanting are words of who asks, wherever they stand.
var wanting = strings.Fields("知りた 聞きた 聞いてみ うかがいた 伺いた 教えて おしえて たずねた 尋ねた もらえ いただけ でしょ")

var asking = strings.Fields("か かな かね かしら でしょう やろ のでしょ 教えて ください 下さい いただけますと たい たいです たいのです たいんです たいんですが たいのですが ほしい ほしいです ものか のか いい もらえ ますの ですの なの お願いします お願いいたします んですが のですが けど けれど")
