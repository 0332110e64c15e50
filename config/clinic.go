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

	"hogushi/bot/diag"
	"hogushi/bot/lint"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// form checks one fact of the clinic. wrong says where in the value it is (runes; -1: all
// of it) and what to write instead; ja is "" where nothing is wrong.
type form func(value string) (wrong fault)

type fault struct {
	at, width int
	ja, en    string
}

func faulty(ja, en string) fault { return fault{at: -1, ja: ja, en: en} }

const (
	short = 100 // UTF-16 units of an ordinary fact
	long  = 400 // of one that is a text by itself
)

// clinicForms are the keys of clinic.yaml, a section's behind its name and a dot.
var clinicForms = map[string]form{
	"name": line(short), "phone": phone, "mail": mail, "web": page("http", "https"), "line_url": page("https"), "area": line(short), "address": line(short),
	"corporate_name": line(short), "director": line(short), "departments": line(short), "phone_hours": line(short), "pain_service_new": oneOf("はい", "いいえ"), "line_chat": oneOf("はい", "いいえ"), "reply_within": line(short), "updated": day,

	"access.station": line(short), "access.walk": line(short), "access.map_url": page("https"), "access.parking": line(short), "access.barrier_free": line(short), "access.floor": line(short),

	"hours.monday": hours, "hours.tuesday": hours, "hours.wednesday": hours, "hours.thursday": hours, "hours.friday": hours, "hours.saturday": hours, "hours.sunday": hours, "hours.holidays": hours,
	"hours.summary": line(short), "hours.closed": line(short), "hours.pain_days": line(short), "hours.reservation": line(short), "hours.change": line(short), "hours.cancel_fee": price,

	"doctors.female": line(short),

	"prp.plan_name": line(short), "prp.plan_class": oneOf("第一種", "第二種", "第三種"), "prp.plan_number": planNumber, "prp.committee": line(short), "prp.kit": line(short), "prp.kit_approval": line(short),
	"prp.supply_route": line(short), "prp.domestic_alternative": line(short), "prp.overseas_safety": line(short), "prp.relief": line(short),

	"exosome.origin": line(short), "exosome.maker": line(short), "exosome.country": line(short), "exosome.supply_route": line(short), "exosome.approval_status": line(short),
	"exosome.domestic_alternative": line(short), "exosome.overseas_safety": line(short), "exosome.relief": line(short),

	"emergency.after_injection_phone": phone, "emergency.night_phone": phone, "emergency.partner_hospital": line(short),

	"privacy.responsible": line(short), "privacy.retention_days": days, "privacy.processors": line(short), "privacy.deletion_days": days, "privacy.policy_url": page("https"), "privacy.policy_version": day, "privacy.complaints": line(short),

	"languages.supported": line(short), "languages.days": line(short),
	"payment.cards": line(short), "payment.instalments": line(short), "payment.other": line(short),
	"approval.by": line(short), "approval.on": day, "approval.next_review": day,
}

// doctorForms are the keys of a doctor, numbered from 1 to maxDoctors.
var doctorForms = map[string]form{"name": line(short), "title": line(short), "certified_by": line(short), "employment": oneOf("常勤", "非常勤"), "days": line(short), "consent": consent}

const maxDoctors = 9

// doctorFile is how many doctors are known even when the file names none.
const doctorFile = 2

func init() {
	for _, t := range []string{"prp", "exosome", "trigger_point_injection"} {
		for key, f := range map[string]form{"content": line(long), "insurance": insurance, "price": priceWanted, "extra_fees": price, "sessions": line(short), "interval": line(short),
			"period": line(short), "duration": line(short), "anaesthesia": line(short), "aftercare": line(long), "risks": line(long), "not_for": line(long)} {
			clinicForms[t+"."+key] = f
		}
	}
	for n := 1; n <= maxDoctors; n++ {
		for key, f := range doctorForms {
			clinicForms[fmt.Sprintf("doctors.%s_%d", key, n)] = f
		}
	}
}

// clinic reads the clinic's facts: KEY: VALUE, or a section of such. They are named
// clinic.KEY and clinic.SECTION.KEY.
func (s *Settings) clinic(n *source.Node, problems *diag.List) {
	at := map[string]*source.Node{}
	for key := range clinicForms {
		if number := key[len(key)-1]; strings.HasPrefix(key, "doctors.") && number > '0'+doctorFile && number <= '9' {
			continue
		}
		s.Clinic["clinic."+key] = "" // known in any case: the flows that name it aren't wrong
	}
	set := func(key string, p source.Pair) {
		v := p.Value
		value := strings.TrimSpace(v.Value)
		at[key] = v
		check, known := clinicForms[key]
		switch {
		case !known:
			unknownKey(p.Key, key, problems)
		case v.Kind == source.List || v.Kind == source.Map || strings.Contains(value, "\n"):
			problems.Errorf(v.Span, "wrong-type", "ここには文字を1行で書きます。", "a single line of text is wanted here")
		default:
			s.Clinic["clinic."+key] = value
			if value == "" {
				return
			}
			if wrong := check(value); wrong.ja != "" {
				span := v.Span
				if wrong.at >= 0 {
					span = v.At(wrong.at, wrong.width)
				}
				problems.Add(diag.Diagnostic{Span: span, Rule: "fact-form", Message: diag.Text{JA: wrong.ja, EN: wrong.en}})
			}
			worded(key, value, v, problems)
		}
	}
	for _, p := range n.Pairs {
		if p.Value.Kind != source.Map {
			if p.Value.Kind != source.Null || !section(p.Key.Value) {
				set(p.Key.Value, p)
			}
			continue
		}
		if !section(p.Key.Value) {
			unknownKey(p.Key, p.Key.Value, problems)
			continue
		}
		for _, q := range p.Value.Pairs {
			set(p.Key.Value+"."+q.Key.Value, q)
		}
	}
	for _, key := range []string{"name", "phone"} {
		if s.Clinic["clinic."+key] == "" {
			span := n.Span
			for _, p := range n.Pairs {
				if p.Key.Value == key {
					span = p.Key.Span
				}
			}
			problems.Errorf(span, "missing-fact", "「%s:」は必ず書いてください。", "%s: is needed", key)
		}
	}
	for i := 1; i <= maxDoctors; i++ {
		key := func(k string) string { return fmt.Sprintf("doctors.%s_%d", k, i) }
		if s.Clinic["clinic."+key("name")] == "" {
			continue
		}
		for _, k := range []string{"title", "certified_by", "employment", "consent"} {
			if s.Clinic["clinic."+key(k)] == "" {
				problems.Errorf(at[key("name")].Span, "doctor-facts", "医師の名前を載せるには「%s:」も要ります。", "a doctor's name wants %s: beside it", fmt.Sprintf("%s_%d", k, i))
			}
		}
	}
}

// approvals are keys whose facts tell of approvals by the state, which the rules of
// advertising take for claims elsewhere.
var approvals = []string{"kit_approval", "approval_status", "domestic_alternative", "overseas_safety", "committee"}

// worded reports what a fact must not say: it stands in texts for patients.
func worded(key, value string, n *source.Node, problems *diag.List) {
	_, last, ok := strings.Cut(key, ".")
	if ok && slices.Contains(approvals, last) {
		return
	}
	for _, h := range lint.Check(value) {
		problems.Add(diag.Diagnostic{Span: n.At(h.Start, h.Len), Rule: h.Rule.Name, Message: h.Rule.Why})
	}
}

// section says whether facts stand under this key.
func section(key string) bool {
	for k := range clinicForms {
		if strings.HasPrefix(k, key+".") {
			return true
		}
	}
	return false
}

func unknownKey(key *source.Node, name string, problems *diag.List) {
	d := problems.Errorf(key.Span, "unknown-key", "「%s」という項目はありません。", "there is no fact %q", name)
	var known []string
	for k := range clinicForms {
		known = append(known, k)
		if s, _, ok := strings.Cut(k, "."); ok && !slices.Contains(known, s) {
			known = append(known, s)
		}
	}
	slices.Sort(known)
	if near := text.DidYouMean(name, known); near != "" {
		d.Hint = diag.T("「%s」のことですか?", "did you mean %q?", near)
	}
}

func line(most int) form {
	return func(v string) fault {
		if n := text.UTF16(v); n > most {
			return faulty(fmt.Sprintf("%d文字までで書いてください(いま%d文字)。", most, n), fmt.Sprintf("at most %d characters (this one %d)", most, n))
		}
		if strings.Contains(v, "{{") {
			return faulty("ここに「{{ }}」は使えません。", "{{ }} can't be used here")
		}
		return fault{}
	}
}

func oneOf(values ...string) form {
	return func(v string) fault {
		if slices.Contains(values, v) {
			return fault{}
		}
		return faulty(strings.Join(values, "・")+" のどれかを書いてください。", "write one of "+strings.Join(values, ", "))
	}
}

func phone(v string) fault {
	if digits, ok := text.Phone(v); !ok || digits != v {
		return faulty("電話番号は「0120-774-665」のように、ハイフン入りの半角数字で書いてください。", "a phone number is written like 0120-774-665")
	}
	return fault{}
}

func mail(v string) fault {
	if m, ok := text.Mail(v); !ok || m != v {
		return faulty("メールアドレスの形になっていません。", "this is no mail address")
	}
	return fault{}
}

func page(schemes ...string) form {
	return func(v string) fault {
		if u, err := url.Parse(v); err != nil || u.Host == "" || !slices.Contains(schemes, u.Scheme) || len(v) > 1000 {
			return faulty("「https://」で始まるURLを書いてください。", "write a URL that begins with https://")
		}
		return fault{}
	}
}

func day(v string) fault {
	if _, err := time.Parse(time.DateOnly, v); err != nil {
		return faulty("日付は「2026-11-22」の形で書いてください。", "a date is written like 2026-11-22")
	}
	return fault{}
}

var daysForm = regexp.MustCompile(`^[1-9][0-9]{0,3}$`)

func days(v string) fault {
	if !daysForm.MatchString(v) {
		return faulty("日数を半角数字だけで書いてください。", "write the number of days, digits only")
	}
	return fault{}
}

// planNumber: 再生医療等提供計画, as e-再生医療 lists them.
var planForm = regexp.MustCompile(`^P[ABC]\d{7}$`)

func planNumber(v string) fault {
	if !planForm.MatchString(v) {
		return faulty("計画番号は、P、A〜Cの一文字、数字7桁の形です（半角。例：PB3170001）。", "a plan number is P, one of A to C, and seven digits")
	}
	return fault{}
}

var amount = regexp.MustCompile(`[0-9０-９][0-9０-９,，]*万?円`)

// price: an amount without tax would be a wrong one (総額表示).
func price(v string) fault {
	if m := amount.FindStringIndex(v); m != nil && !strings.Contains(v, "税込") {
		return fault{utf8.RuneCountInString(v[:m[0]]), utf8.RuneCountInString(v[m[0]:m[1]]), "金額は税込で、「税込」と書いてください。例「55,000円（税込）」。", "write the amount with tax, and 税込 beside it"}
	}
	return line(short)(v)
}

func priceWanted(v string) fault {
	if !amount.MatchString(v) {
		return faulty("金額を「55,000円（税込）」の形で書いてください。", "write an amount like 55,000円（税込）")
	}
	return price(v)
}

func insurance(v string) fault {
	own := strings.HasPrefix(v, "自由診療")
	if !own && !strings.HasPrefix(v, "保険診療") || own && !strings.Contains(v, "保険は使えません") {
		return faulty("「自由診療（公的医療保険は使えません）」か「保険診療」で始めてください。", "begin with 自由診療（公的医療保険は使えません） or 保険診療")
	}
	return line(short)(v)
}

var consentForm = regexp.MustCompile(`^了承済み (\d{4}-\d{2}-\d{2})$`)

func consent(v string) fault {
	if m := consentForm.FindStringSubmatch(v); m == nil || day(m[1]).ja != "" {
		return faulty("「了承済み 2026-11-22」の形で書いてください。", "write 了承済み and a date")
	}
	return fault{}
}

var span = regexp.MustCompile(`^\s*(\d{1,2}):(\d{2})\s*[〜～~-]\s*(\d{1,2}):(\d{2})\s*$`)

// hours reads 9:00〜12:00、14:00〜18:00 or 休診.
func hours(v string) fault {
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
			return fault{at, width, "時間は「9:00〜12:00、14:00〜18:00」の形か「休診」と書いてください。", "hours are written like 9:00〜12:00、14:00〜18:00, or 休診"}
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
