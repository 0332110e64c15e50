package linetest

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// media is the address of something that LINE's apps load.
// LINE: 2000 UTF-16 code units, HTTPS (R#image-message, R#buttons, R#f-image).
var media = link(2000, "https")

// telNumber has digits and what people set between them; # and * only encoded where the
// URI syntax wants it.
var telNumber = regexp.MustCompile(`^tel:(?:[0-9+\-.()*]|%23|%2[Aa])*[0-9](?:[0-9+\-.()*]|%23|%2[Aa])*$`)

// link is a URI with one of the schemes.
func link(most int, schemes ...string) rule {
	length := text(codeUnits, most)
	return func(c *checker, at place, v any) {
		length(c, at, v)
		s, _ := v.(string)
		if s == "" {
			return
		}
		if why := badURI(s, schemes); why != "" {
			c.add("link", at, "%s: %.200q", why, s)
		}
	}
}

// badURI says what is wrong with s, "" if nothing is.
// LINE: characters that may not stand in a URI are percent-encoded as UTF-8 (R#uri-action).
func badURI(s string, schemes []string) string {
	for _, r := range s {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) {
			return "character that must be percent-encoded"
		}
	}
	scheme, rest, _ := strings.Cut(s, ":")
	if !slices.Contains(schemes, scheme) {
		return "scheme must be one of " + strings.Join(schemes, ", ")
	}
	decoded, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(decoded) {
		return "invalid percent-encoding"
	}
	u, err := url.Parse(s)
	switch {
	case scheme == "tel":
		if !telNumber.MatchString(s) {
			return "not a telephone number"
		}
	case err != nil:
		return "not a URI"
	case scheme == "line":
		if !strings.HasPrefix(rest, "//") || len(rest) < 3 {
			return "nothing behind line://"
		}
	case u.Host == "" || u.Hostname() == "":
		return "no host"
	}
	return ""
}
