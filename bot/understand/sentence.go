package understand

import (
	"iter"
	"slices"
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
	start, n := 0, len(out)
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		if r >= 0x3041 && r <= 0x9FFF { // most
			continue
		}
		if rest := text[i+size:]; i > start && rest != "" && (ends(r) || pauses(r) && furthers(rest)) {
			end := i
			if r == '?' || r == '？' { // it asks
				end += size
			}
			if s := strings.TrimSpace(text[start:end]); s != "" {
				out = append(out, s)
			}
			start = i + size
		}
	}
	if len(out) == n {
		return append(out, text)
	}
	if s := strings.TrimSpace(text[start:]); s != "" {
		out = append(out, s)
	}
	return out
}

// What is looked at of a long text: how it begins, and what it asks. Of more than a page it is less: most of it tells a story.
const (
	gistHead  = 60   // runes of its beginning
	gistAsk   = 60   // runes, the last ones of a sentence that asks, or of the text where none does
	pageBytes = 2000 // more is more than a page
	pageHead  = 20
	pageAsk   = 40
	askMost   = 3 // sentences: the last ones that ask
	pageMost  = 2
	skimHead  = 300 // bytes: how it begins
	skimTail  = 900 // bytes of more than a page: how it ends
)

// gist gives the sentences of a long text that are looked at; so many of them, the last ones, ask.
func gist(out []string, text string) (sentences []string, askers int) {
	head, ask, most := gistHead, gistAsk, askMost
	if len(text) > pageBytes {
		head, ask, most = pageHead, pageAsk, pageMost
	}
	var asking [askMost]string // the last one first
	n := 0
	for s := range backwards(text) {
		if asking[0] == "" {
			asking[0] = s // where none asks
		}
		if asks(s) {
			asking[n] = s
			if n++; n == most {
				break
			}
		}
	}
	askers, n = n, max(1, n)
	begins := cut(out, text[:boundary(text, skimHead)])
	out = begins[:0]
	for _, s := range begins {
		if head <= 0 || strings.HasPrefix(asking[n-1], s) {
			break
		}
		s = first(s, head)
		head -= utf8.RuneCountInString(s)
		out = append(out, s)
	}
	for n--; n >= 0; n-- {
		out = append(out, last(asking[n], ask))
	}
	return out, askers
}

// backwards yields sentences of a long text, the last one first: all, or of more than a page those near its end, the last
// ones in between that look like a question, and those near its beginning.
func backwards(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		each := func(sentences []string) bool {
			for _, s := range slices.Backward(sentences) {
				if !yield(s) {
					return false
				}
			}
			return true
		}
		if len(text) <= pageBytes {
			each(cut(nil, text))
			return
		}
		from, to := boundary(text, skimHead), boundary(text, len(text)-skimTail)
		if !each(cut(nil, text[to:])) {
			return
		}
		for _, mark := range [...]string{"？", "?", "か。"} {
			at := from
			for {
				i := strings.Index(text[at:to], mark)
				if i < 0 {
					break
				}
				at += i + len(mark)
			}
			if at > from {
				around := cut(nil, text[boundary(text, max(from, at-3*pageAsk)):at])
				if !yield(around[len(around)-1]) {
					return
				}
			}
		}
		each(cut(nil, text[:from]))
	}
}

// boundary gives where the rune begins that stands at a byte of a text, 0 before the first.
func boundary(text string, at int) int {
	at = max(0, min(at, len(text)))
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	return at
}

// first gives the first n runes of a text, last the last.
func first(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}

func last(text string, n int) string {
	at := len(text)
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return text[at:]
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
	for _, w := range courtesy {
		if strings.Contains(sentence, w) {
			return false
		}
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

// courtesy, and what is told of others, asks for nothing.
var courtesy = strings.Fields("よろしくお よろしくです 宜しくお お許し お過ごし ご自愛 教えてくれました 教えてくれて 教えてくれた 教えてくださった 教えてくださり 教えてくださいまし 教えてもら 教えています でしょう、")

// wanting are words of who asks, wherever they stand.
var wanting = strings.Fields("知りた 聞きた 聞いてみ うかがいた 伺いた 教えて おしえて たずねた 尋ねた もらえ いただけ でしょ のか、 んか、 るか、 もんか、 ものかどうか かどうか 気になって 気がかり 教えで 教えとって 知っとき 聞いてこい 聞いてきて 確認し 願います わかれば 分かれば 悩んで 何が違 どっち")

// asking are the ends of sentences that ask.
var asking = strings.Fields("か かな かね かしら かい かいな かいのう かのう のかと だべ だべな でしょう でしょ やろ 教えて ください 下さい いただけますと たい たいです たいのです たいんです たいんですが たいのですが ほしい ほしいです いい もらえ ますの ですの なの お願いします お願いいたします んですが のですが けど けれど か心配です もんだが だっけ")
