package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Mail reads one mail address out of a text, typed in full or half width: at most 254
// bytes of ASCII, the local part as typed, the domain in lower case.
// Dots in a row or before the @ (da..me.@docomo.ne.jp) are against RFC 5322; Japanese
// carriers gave such addresses out, so they are accepted under .ne.jp and the carriers'
// own domains. Not ok when there are two different addresses.
func Mail(s string) (string, bool) {
	rs := mailRunes(s)
	found := ""
	for i, next := 0, 0; i < len(rs); i = next {
		next = i + 1
		if rs[i] != '@' {
			continue
		}
		// Each rune is looked at by at most the @ before it and the one after: linear.
		from, to := i, i+1
		for from > 0 && mailLocal(rs[from-1]) {
			from--
		}
		for to < len(rs) && mailDomain(rs[to]) {
			to++
		}
		if from > 0 && foreign(rs[from-1]) || to < len(rs) && foreign(rs[to]) {
			return "", false
		}
		next = to
		a, ok := mailAddress(string(rs[from:i]), string(rs[i+1:to]))
		if !ok {
			continue
		}
		if found != "" && found != a {
			return "", false
		}
		found = a
	}
	return found, found != ""
}

// foreign: next to an address it shows that the address isn't whole.
func foreign(r rune) bool {
	return r == '@' || r >= 0x80 && unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek)
}

func mailLocal(r rune) bool {
	return asciiAlnum(r) || r < 0x80 && strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r)
}

func mailDomain(r rune) bool { return asciiAlnum(r) || r == '.' || r == '-' }

func asciiAlnum(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// mailRunes is s in ASCII width; spaces beside @ are gone, and dashes and 。 between ASCII
// letters are the hyphen and the dot they were meant to be.
func mailRunes(s string) []rune {
	in := []rune(norm.NFKC.String(Clean(s)))
	rs := in[:0]
	for i, r := range in {
		next := rune(0)
		if i+1 < len(in) {
			next = in[i+1]
		}
		last := rune(0)
		if len(rs) > 0 {
			last = rs[len(rs)-1]
		}
		switch {
		case r == ' ' && (next == '@' && asciiAlnum(last) || last == '@'):
			continue
		case r == '。' && asciiAlnum(last) && asciiAlnum(next):
			r = '.'
		case r != '~' && dash(r) && asciiAlnum(last) && asciiAlnum(next):
			r = '-'
		}
		rs = append(rs, r)
	}
	return rs
}

func mailAddress(local, domain string) (string, bool) {
	local = strings.TrimLeft(local, ".!#$%&'*+/=?^`{|}~-") // a bullet or an opening quote before it
	domain = strings.ToLower(strings.TrimRight(domain, ".-"))
	if local == "" || len(local) > 64 || len(local)+1+len(domain) > 254 {
		return "", false
	}
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return "", false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return "", false
		}
	}
	top := labels[len(labels)-1]
	if len(top) < 2 || strings.ContainsAny(top, "0123456789-") && !strings.HasPrefix(top, "xn--") {
		return "", false
	}
	if (strings.Contains(local, "..") || strings.HasSuffix(local, ".")) && !oddDots(domain) {
		return "", false
	}
	return local + "@" + domain, true
}

// oddDots: the domains where addresses with odd dots exist.
func oddDots(domain string) bool {
	switch domain {
	case "au.com", "i.softbank.jp", "rakuten.jp", "ymobile1.ne.jp":
		return true
	}
	return strings.HasSuffix(domain, ".ne.jp")
}
