package text

import (
	"regexp"
	"strconv"
	"strings"
)

const months = "jan feb mar apr may jun jul aug sep oct nov dec"

var (
	monthForm  = `(` + strings.ReplaceAll(months, " ", "|") + `)[a-z]*\.?`
	monthFirst = regexp.MustCompile(`(?i)\b` + monthForm + `\s+(\d{1,2})(?:st|nd|rd|th)?\b`)
	dayFirst   = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?` + monthForm + `\b`)
)

// numbered writes the days of a text in English as they are written here: December 3rd and 3 Dec as 12/3.
func numbered(s string) string {
	month := func(name string) string {
		return strconv.Itoa(strings.Index(months, strings.ToLower(name))/4 + 1)
	}
	s = monthFirst.ReplaceAllStringFunc(s, func(day string) string {
		m := monthFirst.FindStringSubmatch(day)
		return month(m[1]) + "/" + m[2]
	})
	return dayFirst.ReplaceAllStringFunc(s, func(day string) string {
		m := dayFirst.FindStringSubmatch(day)
		return month(m[2]) + "/" + m[1]
	})
}
