package config

import (
	"io/fs"
	"slices"
	"strings"
	"time"

	"hogushi/bot/diag"
	"hogushi/bot/source"
)

// optional are facts that may stay empty when the bot is made public: there need not be such
// a thing, or the flows have words for its absence.
var optional = []string{"area", "pain_service_new", "line_url", "doctors.female", "emergency.night_phone", "emergency.partner_hospital", "languages.days", "payment.other", "access.floor", "hours.holidays"}

// checkEvery is how long a telephone number of others is believed.
const checkEvery = 183 * 24 * time.Hour

// Release lists what the clinic must still fill in and confirm before the bot is made public:
// facts that aren't set, telephone numbers of others that nobody has called lately, an
// approval that has run out.
func Release(dir fs.FS, now time.Time) *diag.List {
	problems := new(diag.List)
	if n := read(dir, "clinic.yaml", source.Map, problems); n != nil {
		unfilled(n, now, problems)
	}
	if _, err := fs.Stat(dir, "hotlines.yaml"); err != nil {
		dir = builtIn
	}
	data, err := fs.ReadFile(dir, "hotlines.yaml")
	if err != nil {
		return problems
	}
	if n := source.Parse("hotlines.yaml", data, problems); n != nil {
		for _, line := range n.Items {
			uncalled(line, now, problems)
		}
	}
	return problems
}

func unfilled(n *source.Node, now time.Time, problems *diag.List) {
	report := func(key string, at diag.Span) {
		d := problems.Errorf(at, "unfilled", "「%s:」がまだ書かれていません。", "%s: isn't filled in yet", key)
		d.Hint = diag.T("空のあいだ、案内は「お電話でご確認ください」と答えます。", "as long as it is empty, patients are told to call")
	}
	for _, f := range clinicFacts {
		key := f.key
		if slices.Contains(optional, key) || strings.HasPrefix(key, "doctors.") && !strings.HasSuffix(key, "_1") {
			continue
		}
		at, value := n.Span, n
		for part := range strings.SplitSeq(key, ".") {
			if value = value.Get(part); value != nil {
				at = value.Span
			}
		}
		if value == nil || strings.TrimSpace(value.Value) == "" {
			report(key, at)
		}
	}
	if on := n.Get("approval").Get("next_review"); on != nil && on.Value != "" {
		if t, err := time.Parse(time.DateOnly, on.Value); err == nil && !now.Before(t) {
			problems.Errorf(on.Span, "review-due", "文章を見直す日（%s）が来ています。", "the texts were to be looked at again on %s", on.Value)
		}
	}
}

// uncalled reports a telephone number that wasn't checked within the last half year.
func uncalled(line *source.Node, now time.Time, problems *diag.List) {
	checked := line.Get("checked")
	at := line.Span
	value := ""
	if checked != nil {
		at, value = checked.Span, checked.Value
	}
	if t, err := time.Parse(time.DateOnly, value); err == nil && now.Sub(t) < checkEvery && !t.After(now) {
		return
	}
	name := ""
	if n := line.Get("name"); n != nil {
		name = n.Value
	}
	d := problems.Errorf(at, "unchecked-hotline", "「%s」の番号と時間が、半年以内に確かめられていません。", "nobody has checked the number and hours of %q within half a year", name)
	d.Hint = diag.T("公式のページで確かめて、「checked:」に日付を書いてください。", "check them on the official page and write the date at checked:")
}
