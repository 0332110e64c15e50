package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/desk"
	"hogushi/bot/linetest"
	"hogushi/bot/store/storetest"
	"hogushi/config"
)

// contactBy goes through the contact form, to be answered in LINE or by telephone.
func (r *rig) contactBy(u *linetest.User, how string) {
	r.t.Helper()
	reach := map[string]string{"お電話": markPhone, "メール": "kamiyo@example.com"}[how]
	words := []string{"連絡を希望する", "同意する", "わたし（18歳以上）", markName, how, reach, "日にちはいつでも", "午前", "とくに選ばない", "とくに書かない", "この内容で送る"}
	for _, w := range words {
		if w == "" { // in LINE there is nothing to ask for
			continue
		}
		r.pace()
		r.answered(u, u.Text(w), 200)
	}
}

// arrives waits for a push that holds words.
func (r *rig) arrives(c *linetest.Chat, words string) *linetest.Received {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	got, err := c.Wait(ctx, func(m *linetest.Received) bool { return m.Kind == "push" && strings.Contains(m.Text(), words) })
	if err != nil {
		r.t.Fatalf("%v\n%s", err, r.log)
	}
	return got
}

// links binds a chat as the staff's.
func (r *rig) links(u *linetest.User) {
	r.t.Helper()
	st, err := app.OpenStore(r.t.Context(), r.opts.Environment, r.opts.Settings, r.opts.Keys)
	if err != nil {
		r.t.Fatal(err)
	}
	defer st.Close()
	code, err := desk.NewLink(r.t.Context(), app.Book(r.opts.Keys, r.opts.Settings), st, r.clock.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	wrong := "職員登録 " + strings.Repeat("a", 8)
	says(r.t, r.answered(u, u.Text(wrong), 200), "番号が違う")
	says(r.t, r.answered(u, u.Text("職員登録 "+strings.ToUpper(code[:4])+"-"+code[4:]), 200), "登録しました")
	says(r.t, r.answered(u, u.Text("職員登録 "+code), 200), "登録されています")
}

// TestStaff: a group is linked, is told of a request, takes it and deals with it; others
// learn of it, and nobody else's buttons count.
func TestStaff(t *testing.T) {
	t.Parallel()
	for name, env := range map[string]config.Environment{"sqlite": {DataDir: t.TempDir()}, "redis": {RedisURL: storetest.Redis(t).URL}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, env, func(o *app.Options) { o.Settings.Clinic["clinic.line_chat"] = "はい" }).start()
			group := r.platform.Group("C0123456789abcdef0123456789abcdef", 4)
			sato := r.platform.NewUser()
			sato.SetProfile(&linetest.Profile{DisplayName: "佐藤"})
			staff, alone := sato.In(group), r.platform.NewUser()
			alone.SetProfile(&linetest.Profile{DisplayName: "鈴木"})
			r.links(staff)
			r.links(alone)

			patient, other := r.platform.NewUser(), r.platform.NewUser()
			patient.SetProfile(&linetest.Profile{DisplayName: "はなこ🌸"})
			r.contactBy(patient, "LINE")
			card := r.arrives(group, markName)
			says(t, card.Text(), "はなこ🌸")
			r.arrives(alone.Chat, markName)
			receipt := card.Text()[strings.Index(card.Text(), "受付番号")+len("受付番号"):]
			receipt = strings.TrimSpace(receipt)[:11]

			says(t, r.answered(staff, staff.Text("一覧"), 200), receipt)
			says(t, r.answered(staff, staff.TapOn(card, "対応する"), 200), "佐藤さんが対応します")
			says(t, r.answered(staff, staff.TapOn(card, "対応する"), 200), "佐藤さんが対応します") // again: nothing new
			r.arrives(alone.Chat, "佐藤さんが対応しています")
			says(t, r.answered(alone, alone.TapOn(r.arrives(alone.Chat, markName), "対応する"), 200), "佐藤さんが対応しています")
			says(t, r.answered(staff, staff.Text("詳細 "+receipt), 200), "対応中（佐藤さん")
			says(t, r.answered(staff, staff.Text("一覧"), 200), "対応中")

			// The bot is silent in the patient's chat, but for red flags; what others do there
			// is nobody's.
			r.taken(patient.Text("よろしくお願いします"))
			says(t, r.answered(patient, patient.Text("胸が締め付けられる"), 200), "119番")
			for _, d := range []*linetest.Delivery{other.TapOn(card, "完了"), other.In(r.platform.Group("C"+strings.Repeat("b", 32), 2)).Text("一覧"), staff.Text("こんにちは")} {
				r.taken(d)
			}
			says(t, r.answered(staff, staff.Text("終了 "+receipt), 200), "自動の案内に戻しました")
			r.pace()
			r.answered(patient, patient.Text("メニュー"), 200)

			says(t, r.answered(staff, staff.TapOn(card, "完了"), 200), "佐藤さんが対応を終えました")
			r.arrives(alone.Chat, "佐藤さんが対応を終えました")
			says(t, r.answered(staff, staff.Text("一覧"), 200), "ありません")
			r.pace()
			says(t, r.answered(patient, patient.Text("連絡を希望する"), 200), "受付です") // a new one
			r.platform.Check(t)
			if got := strings.Count(r.log.String(), markName); got != 0 {
				t.Error("the log names the patient")
			}
		})
	}
}

// TestStaffWithdrawn: what the patient corrects, withdraws and erases reaches the staff, and
// their buttons say so.
func TestStaffWithdrawn(t *testing.T) {
	t.Parallel()
	r := newRig(t, sqlite(t), func(o *app.Options) {
		shipped(o)
		o.Environment.LineTo = []string{"C0123456789abcdef0123456789abcdef"}
	}).start()
	group := r.platform.Group("C0123456789abcdef0123456789abcdef", 4)
	staff, patient := r.platform.NewUser().In(group), r.platform.NewUser()
	says(t, r.answered(staff, staff.Text("職員登録 abcd2345"), 200), "HANDOFF_LINE_TO")
	r.contactBy(patient, "お電話")
	first := r.arrives(group, "ご連絡の希望")
	for _, w := range []string{"連絡を希望する", "内容を直す", "ひとこと", markNote, "この内容で送る"} {
		r.pace()
		r.answered(patient, patient.Text(w), 200)
	}
	if got := r.arrives(group, "訂正").Text(); strings.Contains(got, markNote) {
		t.Error("the card holds words about health")
	}
	for _, w := range []string{"連絡を希望する", "取り下げる", "はい"} {
		r.pace()
		r.answered(patient, patient.Text(w), 200)
	}
	if got := r.arrives(group, "取り下げ").Text(); strings.Contains(got, markName) {
		t.Error("a withdrawal names the patient")
	}
	says(t, r.answered(staff, staff.TapOn(first, "対応する"), 200), "取り下げました")
	r.pace()
	r.answered(patient, patient.Text("データ削除"), 200)
	r.pace()
	says(t, r.answered(patient, patient.Text("すべて消す"), 200), "消しました")
	r.arrives(group, "消去")
	says(t, r.answered(staff, staff.TapOn(first, "完了"), 200), "消去されました")
	r.platform.Check(t)
}

// TestQuiet: where LINE says that staff chat in the account, what isn't understood is left
// to them; taps, commands and red flags aren't.
func TestQuiet(t *testing.T) {
	t.Parallel()
	r := newRig(t, sqlite(t), nil)
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.stop() })
	r.platform.Connect("http://" + r.Addr().String() + "/webhook")
	u := r.platform.NewUser()
	says(t, r.answered(u, u.Text("ぷにぷに"), 200), "読み取れません") // its account has no chat

	r.opts.Settings.Unknown = config.UnknownQuiet
	quiet := r.replica()
	r.pace()
	r.taken(u.Text("ぷにぷにぷに"))
	r.pace()
	says(t, quiet.answered(u, u.Text("胸が締め付けられる"), 200), "119番")
	r.pace()
	says(t, quiet.answered(u, u.Text("メニュー"), 200), menuWords)
	if got := len(u.Replies()); got != 3 {
		t.Errorf("got %d replies, want 3", got)
	}
}

// TestSinks: one request reaches the staff's chat, the webhook and a real mail server.
func TestSinks(t *testing.T) {
	t.Parallel()
	came := &arrivals{at: map[string]map[string]time.Time{}}
	env := sqlite(t)
	env.LineTo = []string{"C0123456789abcdef0123456789abcdef"}
	env.SMTPURL, env.MailFrom, env.MailTo = "smtp://"+mailServer(t, came), "bot@clinic.example", []string{"a@clinic.example", "b@clinic.example"}
	r := newRig(t, env, nil).start()
	group, u := r.platform.Group(env.LineTo[0], 3), r.platform.NewUser()
	r.contactBy(u, "メール")
	came.wait(t, "mail", 2)
	r.arrives(group, markName)
	r.platform.Check(t)
}
