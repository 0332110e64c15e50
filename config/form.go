package config

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hogushi/bot/schema"
	"hogushi/bot/text"
)

// form is what a fact of the clinic looks like: for Load, and as much of it as a schema can
// say, for editors.
type form struct {
	check func(value string) fault
	shape schema.Schema
}

// fault says where in a value something is wrong (runes; -1: all of it) and what to write
// instead; ja is "" where nothing is.
type fault struct {
	at, width int
	ja, en    string
}

func faulty(ja, en string) fault { return fault{at: -1, ja: ja, en: en} }

const (
	short = 100 // UTF-16 units of an ordinary fact
	long  = 400 // of one that is a text by itself
)

// shaped is what a value matches that may be left out, in words where it doesn't.
func shaped(pattern, ja string) schema.Schema {
	s := schema.Maybe
	s.Pattern, s.Wrong = `^\s*(?:`+pattern+`)?\s*$`, ja
	s.If = &schema.Schema{Type: schema.Types{"number", "boolean"}}
	s.Then = &schema.Schema{Type: schema.Types{"string"}, Wrong: ja}
	return s
}

func line(most int) form {
	shape := schema.Maybe
	shape.MaxLength, shape.Pattern, shape.Wrong = most, `^\s*(?:\{?[^\n{])*\{?\s*$`, "1行で書いてください。「{{ }}」は使えません。"
	return form{func(v string) fault {
		if n := text.UTF16(v); n > most {
			return faulty(fmt.Sprintf("%d文字までで書いてください(いま%d文字)。", most, n), fmt.Sprintf("at most %d characters (this one %d)", most, n))
		}
		if strings.Contains(v, "{{") {
			return faulty("ここに「{{ }}」は使えません。", "{{ }} can't be used here")
		}
		return fault{}
	}, shape}
}

func oneOf(values ...string) form {
	var words schema.Words
	for _, v := range values {
		words = append(words, schema.Word{v})
	}
	ja := strings.Join(values, "・") + " のどれかを書いてください。"
	return form{func(v string) fault {
		if slices.Contains(values, v) {
			return fault{}
		}
		return faulty(ja, "write one of "+strings.Join(values, ", "))
	}, schema.Offered(words, shaped("", ja))}
}

// fitting is a form that a pattern alone can tell.
func fitting(pattern, ja, en string) form {
	whole := regexp.MustCompile(`^(?:` + pattern + `)$`)
	return form{func(v string) fault {
		if !whole.MatchString(v) {
			return faulty(ja, en)
		}
		return fault{}
	}, shaped(pattern, ja)}
}

const phoneWrong = "電話番号は「0120-774-665」のように、ハイフン入りの半角数字で書いてください。"

var phone = form{func(v string) fault {
	if digits, ok := text.Phone(v); !ok || digits != v {
		return faulty(phoneWrong, "a phone number is written like 0120-774-665")
	}
	return fault{}
}, shaped(`\+?[0-9]+(?:-[0-9]+)*`, phoneWrong)}

const mailWrong = "メールアドレスの形になっていません。"

var mail = form{func(v string) fault {
	if m, ok := text.Mail(v); !ok || m != v {
		return faulty(mailWrong, "this is no mail address")
	}
	return fault{}
}, shaped(`[!-?A-~]+@[a-z0-9.-]+`, mailWrong)}

func page(schemes ...string) form {
	const ja = "「https://」で始まるURLを書いてください。"
	return form{func(v string) fault {
		if u, err := url.Parse(v); err != nil || u.Host == "" || !slices.Contains(schemes, u.Scheme) || len(v) > 1000 {
			return faulty(ja, "write a URL that begins with https://")
		}
		return fault{}
	}, shaped(`(?:`+strings.Join(schemes, "|")+`)://[^/?#\s].*`, ja)}
}

const (
	dayForm  = `[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])`
	dayWrong = "日付は「2026-11-22」の形で書いてください。"
)

var day = form{func(v string) fault {
	if _, err := time.Parse(time.DateOnly, v); err == nil {
		return fault{}
	}
	if dayShape.MatchString(v) {
		return faulty("「"+v+"」という日はありません。月と日を見なおしてください。", "there is no such day as "+v)
	}
	return faulty(dayWrong, "a date is written like 2026-11-22")
}, shaped(dayForm, dayWrong)}

var dayShape = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

var days = func() form {
	f := fitting(`[1-9][0-9]{0,3}`, "日数を半角数字だけで書いてください。", "write the number of days, digits only")
	least, most := 1, 9999
	f.shape.If, f.shape.Then, f.shape.Minimum, f.shape.Maximum = nil, nil, &least, &most
	return f
}()

// planNumber: 再生医療等提供計画, as e-再生医療 lists them.
var planNumber = fitting(`P[ABC]\d{7}`, "計画番号は、P、A〜Cの一文字、数字7桁の形です（半角。例：PB3170001）。", "a plan number is P, one of A to C, and seven digits")

const (
	taxWrong   = "金額は税込で、「税込」と書いてください。例「55,000円（税込）」。"
	priceWrong = "金額を「55,000円（税込）」の形で書いてください。"
)

var amount = regexp.MustCompile(`[0-9０-９][0-9０-９,，]*万?円`)

// price: an amount without tax would be a wrong one (総額表示).
var price = form{func(v string) fault {
	if m := amount.FindStringIndex(v); m != nil && !strings.Contains(v, "税込") {
		return fault{utf8.RuneCountInString(v[:m[0]]), utf8.RuneCountInString(v[m[0]:m[1]]), taxWrong, "write the amount with tax, and 税込 beside it"}
	}
	return line(short).check(v)
}, taxed(line(short).shape)}

func taxed(s schema.Schema) schema.Schema {
	s.AllOf = []schema.Schema{schema.If(schema.Schema{Pattern: amount.String()}, schema.Schema{Pattern: "税込", Wrong: taxWrong})}
	return s
}

var priceWanted = form{func(v string) fault {
	if !amount.MatchString(v) {
		return faulty(priceWrong, "write an amount like 55,000円（税込）")
	}
	return price.check(v)
}, taxed(shaped(`.*`+amount.String()+`.*`, priceWrong))}

const insuranceWrong = "「自由診療（公的医療保険は使えません）」か「保険診療」で始めてください。"

var insurance = form{func(v string) fault {
	own := strings.HasPrefix(v, "自由診療")
	if !own && !strings.HasPrefix(v, "保険診療") || own && !strings.Contains(v, "保険は使えません") {
		return faulty(insuranceWrong, "begin with 自由診療（公的医療保険は使えません） or 保険診療")
	}
	return line(short).check(v)
}, shaped(`自由診療.*保険は使えません.*|保険診療.*`, insuranceWrong)}

const consentWrong = "「了承済み 2026-11-22」の形で書いてください。"

var consent = form{func(v string) fault {
	if on, ok := strings.CutPrefix(v, "了承済み "); !ok || day.check(on).ja != "" {
		return faulty(consentWrong, "write 了承済み and a date")
	}
	return fault{}
}, shaped(`了承済み `+dayForm, consentWrong)}

const (
	openForm   = `\s*(\d{1,2}):(\d{2})\s*[〜～~-]\s*(\d{1,2}):(\d{2})\s*`
	hoursWrong = "時間は「9:00〜12:00、14:00〜18:00」の形か「休診」と書いてください。"
)

var span = regexp.MustCompile(`^` + openForm + `$`)

var hours = form{checkHours, shaped(`休診|`+openForm+`(?:[、,，]`+openForm+`)*`, hoursWrong)}

// checkHours reads 9:00〜12:00、14:00〜18:00 or 休診.
func checkHours(v string) fault {
	if v == "休診" {
		return fault{}
	}
	type opening struct{ from, to, at, width int }
	var open []opening
	start := 0
	for _, part := range regexp.MustCompile(`[、,，]`).Split(v, -1) {
		at := utf8.RuneCountInString(v[:start])
		width := utf8.RuneCountInString(part)
		start += len(part)
		if start < len(v) {
			_, k := utf8.DecodeRuneInString(v[start:])
			start += k
		}
		m := span.FindStringSubmatch(part)
		if m == nil {
			return fault{at, width, hoursWrong, "hours are written like 9:00〜12:00、14:00〜18:00, or 休診"}
		}
		from, to := minutes(m[1], m[2]), minutes(m[3], m[4])
		if from < 0 || to < 0 || from >= to {
			return fault{at, width, "始まりと終わりの時刻を確かめてください。", "the hours end before they begin, or are no times"}
		}
		open = append(open, opening{from, to, at, width})
	}
	sorted := slices.SortedFunc(slices.Values(open), func(a, b opening) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(sorted); i++ {
		if sorted[i].from < sorted[i-1].to {
			later := sorted[i]
			if sorted[i-1].at > later.at {
				later = sorted[i-1]
			}
			return fault{later.at, later.width, "診療時間が重なっています。", "these hours overlap with others"}
		}
	}
	return fault{}
}

// minutes of a time of day; -1 for what is none.
func minutes(h, m string) int {
	t, err := time.Parse("15:04", h+":"+m)
	if err != nil && h == "24" && m == "00" {
		return 24 * 60
	}
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}
