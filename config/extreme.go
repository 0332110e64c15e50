package config

import (
	"slices"
	"strings"

	"hogushi/bot/flow"
)

// widest are values of every form of a fact, as long as they may be.
var widest = func() []string {
	fill := func(s string, n int) string { return s + strings.Repeat("あ", n-len([]rune(s))) }
	return []string{
		strings.Repeat("あ", long), strings.Repeat("あ", short), fill("55,000円（税込）", short), fill("自由診療（公的医療保険は使えません）", short),
		"https://example.jp/" + strings.Repeat("a", 1000-len("https://example.jp/")), strings.Repeat("a", 64) + "@example.jp",
		"9:00〜12:00、14:00〜18:00、19:00〜20:00", "了承済み 2026-11-22", "2026-11-22", "0800-123-4567", "PB3170001", "9999", "第一種", "はい", "非常勤",
	}
}()

// Extremes are two clinics for which flows must hold as well: one of which nothing is known
// but what always is, and one of which everything is, at length.
func Extremes(clinic flow.Clinic) (none, all flow.Clinic) {
	none, all = flow.Clinic{}, flow.Clinic{}
	for name, value := range clinic {
		none[name], all[name] = "", value
		if slices.Contains(flow.Essential, name) {
			none[name] = value
		}
	}
	for _, f := range clinicFacts {
		name := flow.FactPrefix + f.key
		if _, ok := clinic[name]; !ok {
			continue
		}
		all[name] = longest(f.form)
	}
	return none, all
}

// longest is the longest value of a form, "" if none of widest is one.
func longest(f form) (out string) {
	for _, v := range widest {
		if len(v) > len(out) && f.check(v).ja == "" {
			out = v
		}
	}
	return out
}
