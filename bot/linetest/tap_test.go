package linetest

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// offer makes the patient receive messages as a reply.
func offer(t *testing.T, p *Platform, u *User, messages string) *Received {
	t.Helper()
	d := u.Text("…")
	if r := p.say(d.Event, messages); r.status != 200 {
		t.Fatal(r)
	}
	return mustReply(t, u, d)
}

func labels(list []Choice) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Label)
	}
	return strings.Join(out, "|")
}

func TestChoices(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{})
	b.silent()
	u := p.NewUser()
	if u.Choices() != nil || !errors.Is(u.Tap("はい").Err, ErrNoChoice) {
		t.Error("something to tap before anything came")
	}
	old := offer(t, p, u, carousel(
		column(`"text":"a","defaultAction":{"type":"uri","uri":"https://a.jp/"}`, postback("A1", "a1", "")+","+postback("A2", "a2", "")),
		column(`"text":"b"`, postback("B1", "b1", "")+","+postback("B2", "b2", "")))+","+
		comp(`{"type":"box","layout":"horizontal","action":{"type":"postback","data":"box"},"contents":[{"type":"text","text":"左"},{"type":"text","text":"右","action":{"type":"message","text":"r"}}]},{"type":"button","action":`+say+`}`)+","+
		quick(`{"type":"camera","label":"写真"},`+postback("Q", "q", "")))
	if got, want := labels(u.Choices()), "https://a.jp/|A1|A2|B1|B2|左 右|右|はい|写真|Q"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// What comes next takes the quick replies away; the buttons stay where they are.
	offer(t, p, u, quick(postback("新しい", "n", "")))
	if got := labels(u.Choices()); got != "新しい" {
		t.Error(got)
	}
	if d := u.Tap("A1"); !errors.Is(d.Err, ErrNoChoice) || d.Body != nil {
		t.Errorf("%+v", d)
	}
	if d := u.TapOn(old, "A1"); d.Err != nil || !strings.Contains(string(d.Body), `"data":"a1"`) {
		t.Errorf("%+v", d)
	}

	// Not the last message's quick replies are no choices, and a violation.
	p.Check(t)
	r := offer(t, p, u, quick(say)+","+textMsg("a"))
	if len(u.Choices()) != 0 || len(r.Messages[0].Quick) != 1 || rules(p) != "reply quickReply messages[0].quickReply" {
		t.Error(labels(u.Choices()), rules(p))
	}
}

func TestTap(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{})
	b.silent()
	u := p.NewUser()
	offer(t, p, u, quick(postback("はいはい", "yy", "")+","+postback("はい", "y", `,"displayText":"はい！"`)+","+postback("併用", "both", `,"text":"言う"`)+`,`+
		`{"type":"message","label":"話す","text":"話します"},{"type":"location","label":"場所"},{"type":"camera","label":"写真"},`+
		picker(`"mode":"date","min":"2026-11-23","max":"2027-02-22"`)+`,`+uri("tel:0312345678")+`,{"type":"clipboard","label":"写す","clipboardText":"x"}`))
	for _, c := range []struct {
		d    *Delivery
		err  error
		want []string
	}{
		{u.Tap("はい"), nil, []string{`"type":"postback"`, `"postback":{"data":"y"}`}},
		{u.Tap("いは"), nil, []string{`"data":"yy"`}},
		{u.Tap("併用"), nil, []string{`"text":"言う"`, `"data":"both"`}},
		{u.Tap("話"), nil, []string{`"type":"message"`, `"text":"話します"`}},
		{u.TapNumber(4), nil, []string{`"text":"話します"`}},
		{u.Tap("場所"), nil, []string{`"latitude":35`}},
		{u.Tap("写真"), nil, []string{`"contentProvider":{"type":"line"}`}},
		{u.Pick("l", "2026-11-24"), nil, []string{`"postback":{"data":"d","params":{"date":"2026-11-24"}}`}},
		{u.Pick("l", "2026-11-23"), nil, []string{`2026-11-23`}},
		{u.Pick("l", "2027-02-22"), nil, []string{`2027-02-22`}},
		{u.Pick("l", "2026-11-22"), ErrPick, nil},
		{u.Pick("l", "2027-02-23"), ErrPick, nil},
		{u.Pick("l", "11:00"), ErrPick, nil},
		{u.Pick("はい", "2026-11-24"), ErrPick, nil},
		{u.Pick("ない", "2026-11-24"), ErrNoChoice, nil},
		{u.Tap("l"), ErrWantPick, nil},
		{u.TapNumber(8), ErrNoEvent, nil},
		{u.Tap("写す"), ErrNoEvent, nil},
		{u.Tap("ない"), ErrNoChoice, nil},
		{u.TapNumber(0), ErrNoChoice, nil},
		{u.TapNumber(10), ErrNoChoice, nil},
	} {
		if !errors.Is(c.d.Err, c.err) || (c.err == nil) != (c.d.Status == 200) || (c.err != nil) != (c.d.Body == nil) {
			t.Errorf("%v: %+v", c.want, c.d)
		}
		for _, w := range c.want {
			if !strings.Contains(string(c.d.Body), w) {
				t.Errorf("no %s in %s", w, c.d.Body)
			}
		}
	}
	p.Check(t)
}

func TestParseMessage(t *testing.T) {
	t.Parallel()
	raw, found := checkMessages(json.RawMessage("[" + strings.Join(sample, ",") + "]"))
	if len(raw) != 5 || len(found) > 0 {
		t.Fatal(found)
	}
	m := parseMessages(raw)
	if m[0].Kind != "text" || m[0].Text != "こんにちは。\n今日はどうされましたか？" || m[0].Sender != "受付" {
		t.Errorf("%+v", m[0])
	}
	if m[1].Kind != "buttons" || m[1].Title != "診療のご案内" || m[1].Text != "選んでください" || m[1].AltText != "ご案内" || len(m[1].Choices) != 4 || m[1].Choices[1].URI != "tel:03-1234-5678" {
		t.Errorf("%+v", m[1])
	}
	if m[2].Kind != "carousel" || len(m[2].Cards) != 2 || m[2].Cards[1].Title != "エクソソーム" || m[2].Cards[0].Choices[0].Data != "prp" {
		t.Errorf("%+v", m[2])
	}
	if m[3].Kind != "flex" || m[3].Title != "ご確認" || m[3].Text != "お名前 山田\nお電話 090-0000-0000\n以上で送ります" {
		t.Errorf("%+v", m[3])
	}
	if q := m[4].Quick; m[4].Kind != "confirm" || len(q) != 12 || !q[0].Quick || q[0].Mode != "date" || q[0].Max != "2027-02-22" {
		t.Errorf("%+v", m[4])
	}
}
